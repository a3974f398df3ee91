/** Pools: what kind they are, how full, and when they take their machines back. */
import type { Pool } from "@deskgate/contract";
import { Button, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import {
  TbActivity,
  TbDeviceDesktop,
  TbPencil,
  TbPlus,
  TbShieldCheck,
  TbStack2,
  TbTrash,
  TbUserCheck,
} from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { poolsList } from "../../api/machines.ts";
import { useMay } from "../../api/permissions.ts";
import { occupancyQuery, useDeletePool } from "../../api/pools.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { type ListFilter, ListPage } from "../../parts/table/list-page.tsx";
import { rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useSettled } from "../../parts/use-settled.ts";
import { poolsText } from "../../text/pools.ts";
import { shellText } from "../../text/shell.ts";
import { AssignmentsDialog } from "./assignments-dialog.tsx";
import { AddPoolDialog, EditPoolDialog, PoolMachinesDialog } from "./pool-form.tsx";
import { PoolPolicyDialog } from "./pool-policy-dialog.tsx";
import { spellRelease } from "./release.ts";
import "./pools.css";

type PoolTask =
  | { readonly at: "add" }
  | { readonly at: "edit" | "machines" | "policy" | "assignments" | "delete"; readonly pool: Pool };

const FILTERS: readonly ListFilter[] = [
  {
    name: "kind",
    label: poolsText.filters.kind,
    options: (["machine", "dedicated", "floating"] as const).map((value) => ({
      value,
      label: poolsText.kinds[value],
    })),
  },
];
const FILTER_NAMES = FILTERS.map(({ name }) => name);

export function PoolsPage() {
  const [task, setTask] = useState<PoolTask>();
  const controls = useListState(FILTER_NAMES);
  const listing = useListing(poolsList, controls.state);
  const mayChange = useMay()("pools.write");
  const columns = usePoolColumns(setTask, mayChange);
  const add = mayChange && (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setTask({ at: "add" })} data-testid="add-pool">
      {poolsText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={poolsText.title}
        lead={poolsText.lead}
        search={poolsText.search}
        controls={controls}
        listing={listing}
        columns={columns}
        keyOf={({ id }) => id}
        filters={FILTERS}
        actions={add}
        minWidth={860}
        empty={<NoPools action={add} />}
        {...(mayChange && { onOpen: (pool: Pool) => setTask({ at: "edit", pool }) })}
      />
      {task && <PoolDialog task={task} onClose={() => setTask(undefined)} />}
    </>
  );
}

function NoPools({ action }: { readonly action: ReactNode }) {
  return (
    <EmptyState
      icon={<TbStack2 size={26} strokeWidth={1.6} />}
      title={poolsText.emptyTitle}
      hint={poolsText.emptyHint}
    >
      {action}
    </EmptyState>
  );
}

function usePoolColumns(onTask: (task: PoolTask) => void, mayChange: boolean): readonly Column<Pool>[] {
  const actionsOn = usePoolActions(onTask, mayChange);
  const { columns } = poolsText;
  return [
    {
      header: columns.pool,
      sort: "name",
      cell: ({ name, description }) => (
        <div>
          <div className="dg-cell-main">{name}</div>
          {description !== "" && <div className="dg-cell-sub">{description}</div>}
        </div>
      ),
    },
    { header: columns.kind, width: 140, cell: ({ kind }) => <Kind kind={kind} /> },
    {
      header: columns.machines,
      width: 130,
      cell: ({ machineIds }) => poolsText.machines(machineIds.length),
    },
    { header: columns.occupancy, width: 190, cell: (pool) => <Occupancy id={pool.id} /> },
    { header: columns.release, width: 170, cell: ({ release }) => spellRelease(release) },
    rowMenuColumn(columns.actions, actionsOn),
  ];
}

function usePoolActions(onTask: (task: PoolTask) => void, mayChange: boolean) {
  const navigate = useNavigate();
  const icon = { size: 16, strokeWidth: 1.7 };
  return (pool: Pool) => {
    const act = (at: Exclude<PoolTask["at"], "add">, label: string, shown: ReactNode) => ({
      label,
      icon: shown,
      onClick: () => onTask({ at, pool }),
    });
    const isOfOne = pool.kind === "machine";
    return [
      {
        label: poolsText.sessions,
        icon: <TbActivity {...icon} />,
        onClick: () => void navigate({ to: "/sessions", search: { poolId: pool.id } as never }),
      },
      ...(pool.kind === "dedicated"
        ? [act("assignments", poolsText.assignments, <TbUserCheck {...icon} />)]
        : []),
      ...(mayChange
        ? [
            act("edit", shellText.edit, <TbPencil {...icon} />),
            ...(isOfOne ? [] : [act("machines", poolsText.editMachines, <TbDeviceDesktop {...icon} />)]),
            act("policy", poolsText.editPolicy, <TbShieldCheck {...icon} />),
            ...(isOfOne
              ? []
              : [{ ...act("delete", shellText.delete, <TbTrash {...icon} />), isDangerous: true }]),
          ]
        : []),
    ];
  };
}

function Kind({ kind }: Pick<Pool, "kind">) {
  const label =
    kind === "machine" ? poolsText.kinds[kind] : <span className="dg-tag">{poolsText.kinds[kind]}</span>;
  return (
    <Tooltip label={poolsText.kindHints[kind]} multiline maw={300}>
      <span>{label}</span>
    </Tooltip>
  );
}

function Occupancy({ id }: { readonly id: string }) {
  const { data } = useQuery({ ...occupancyQuery(id), enabled: useSettled() });
  if (!data) return <span className="dg-soft">–</span>;
  const { machines, free, inUse, down, maintenance, assigned } = data;
  const part = (count: number) => ({ width: `${(count / Math.max(1, machines)) * 100}%` });
  return (
    <Tooltip label={poolsText.occupancyAll(inUse, down, maintenance, assigned)}>
      <div className="dg-occupancy">
        <span className="dg-numbers">{poolsText.free(free, machines)}</span>
        <span className="dg-occupancy-track" aria-hidden="true">
          <span className="dg-occupancy-used" style={part(inUse)} />
          <span className="dg-occupancy-out" style={part(down + maintenance)} />
        </span>
      </div>
    </Tooltip>
  );
}

function PoolDialog({ task, onClose }: { readonly task: PoolTask; readonly onClose: () => void }) {
  const deletePool = useDeletePool();
  switch (task.at) {
    case "add":
      return <AddPoolDialog onClose={onClose} />;
    case "edit":
      return <EditPoolDialog pool={task.pool} onClose={onClose} />;
    case "machines":
      return <PoolMachinesDialog pool={task.pool} onClose={onClose} />;
    case "policy":
      return <PoolPolicyDialog pool={task.pool} onClose={onClose} />;
    case "assignments":
      return <AssignmentsDialog pool={task.pool} onClose={onClose} />;
    case "delete":
      return (
        <ConfirmDialog
          title={poolsText.deleteTitle(task.pool.name)}
          hint={poolsText.deleteHint(poolsText.machines(task.pool.machineIds.length))}
          action={poolsText.deletePool}
          change={deletePool}
          onConfirm={() => deletePool.mutate(task.pool, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
  }
}
