/** Gateways: whether each is there, where it belongs, and letting others join. */
import type { Gateway, Zone } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbPencil, TbPlus, TbServer, TbTrash } from "react-icons/tb";
import { gatewaysList } from "../../api/gateways.ts";
import { useListing } from "../../api/list.ts";
import { useMay } from "../../api/permissions.ts";
import { zonesQuery } from "../../api/zones.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useNow } from "../../parts/use-now.ts";
import { gatewaysText } from "../../text/gateways.ts";
import { spellAge, spellNumber } from "../../text/quantities.ts";
import { shellText } from "../../text/shell.ts";
import { AddGatewayDialog } from "./add-gateway.tsx";
import { EditGatewayDialog, RemoveGatewayDialog } from "./gateway-dialogs.tsx";
import "./gateways.css";

type GatewayTask = { readonly at: "add" } | { readonly at: "edit" | "remove"; readonly gateway: Gateway };

const FILTERS = ["state", "zone"];
const AGE_REFRESH_MS = 30_000;
const STATES = ["connected", "silent", "away"] as const;

export function GatewaysPage() {
  const [task, setTask] = useState<GatewayTask>();
  const controls = useListState(FILTERS);
  const listing = useListing(gatewaysList, controls.state);
  const now = useNow(AGE_REFRESH_MS);
  const may = useMay();
  const mayChange = may("gateways.write");
  const { data: known } = useQuery({ ...zonesQuery, enabled: may("machines.read") });
  const zones = known?.items ?? [];
  const close = () => setTask(undefined);
  const add = mayChange && (
    <Button
      leftSection={<TbPlus size={17} />}
      onClick={() => setTask({ at: "add" })}
      data-testid="add-gateway"
    >
      {gatewaysText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={gatewaysText.title}
        lead={gatewaysText.lead}
        search={gatewaysText.search}
        controls={controls}
        listing={listing}
        columns={columnsOf(now, mayChange ? setTask : undefined)}
        keyOf={({ id }) => id}
        filters={filtersOf(zones)}
        actions={add}
        minWidth={860}
        empty={
          <EmptyState
            icon={<TbServer size={26} strokeWidth={1.6} />}
            title={gatewaysText.emptyTitle}
            hint={gatewaysText.emptyHint}
          >
            {add}
          </EmptyState>
        }
        {...(mayChange && { onOpen: (gateway: Gateway) => setTask({ at: "edit", gateway }) })}
      />
      {task?.at === "add" && <AddGatewayDialog onClose={close} />}
      {task?.at === "edit" && <EditGatewayDialog gateway={task.gateway} zones={zones} onClose={close} />}
      {task?.at === "remove" && <RemoveGatewayDialog gateway={task.gateway} onClose={close} />}
    </>
  );
}

function filtersOf(zones: readonly Zone[]) {
  const states = STATES.map((value) => ({ value, label: gatewaysText.states[value] }));
  return [
    { name: "state", label: gatewaysText.columns.state, options: states },
    {
      name: "zone",
      label: gatewaysText.columns.zone,
      options: zones.map(({ id, name }) => ({ value: id, label: name })),
    },
  ];
}

function columnsOf(
  now: number,
  onTask: ((task: GatewayTask) => void) | undefined,
): readonly Column<Gateway>[] {
  const { columns } = gatewaysText;
  return [
    {
      header: columns.gateway,
      sort: "name",
      cell: ({ name, kind }) => (
        <div>
          <div className="dg-cell-main">{name}</div>
          <div className="dg-cell-sub">{gatewaysText.kinds[kind]}</div>
        </div>
      ),
    },
    {
      header: columns.state,
      sort: "state",
      width: 220,
      cell: (gateway) => <State gateway={gateway} now={now} />,
    },
    {
      header: columns.zone,
      sort: "zone",
      width: 150,
      cell: ({ zone }) => zone || <span className="dg-soft">{gatewaysText.everywhere}</span>,
    },
    {
      header: columns.connections,
      sort: "openConnections",
      width: 130,
      cell: ({ openConnections }) => <span className="dg-numbers">{spellNumber(openConnections)}</span>,
    },
    {
      header: columns.version,
      sort: "version",
      width: 110,
      cell: ({ version }) => <span className="dg-numbers">{version}</span>,
    },
    ...(onTask ? [rowMenuColumn<Gateway>(columns.actions, (gateway) => actionsOn(gateway, onTask))] : []),
  ];
}

function State({ gateway, now }: { readonly gateway: Gateway; readonly now: number }) {
  const { state, connectedSince, lastSeenAt } = gateway;
  const seen =
    lastSeenAt === null ? gatewaysText.neverSeen : gatewaysText.lastSeen(spellAge(lastSeenAt, now));
  return (
    <div title={gatewaysText.stateHints[state]}>
      <div className={`dg-state dg-link-${state}`}>{gatewaysText.states[state]}</div>
      <div className="dg-cell-sub">
        {state === "connected" && connectedSince !== null ? spellAge(connectedSince, now) : seen}
      </div>
    </div>
  );
}

function actionsOn(gateway: Gateway, onTask: (task: GatewayTask) => void) {
  const icon = { size: 16, strokeWidth: 1.7 };
  return [
    {
      label: shellText.edit,
      icon: <TbPencil {...icon} />,
      onClick: () => onTask({ at: "edit", gateway }),
    },
    ...(gateway.kind === "built-in"
      ? []
      : [
          {
            label: gatewaysText.remove,
            icon: <TbTrash {...icon} />,
            isDangerous: true,
            onClick: () => onTask({ at: "remove", gateway }),
          },
        ]),
  ];
}
