/** Policies by name, and below them why one is in force for somebody. */
import type { NamedPolicy } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useState } from "react";
import { TbPlus, TbShieldCheck } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { useMay } from "../../api/permissions.ts";
import { policiesList, useDeletePolicy } from "../../api/pools.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { editAndDelete, rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { policiesText } from "../../text/policies.ts";
import { AddPolicyDialog, EditPolicyDialog } from "./policy-form.tsx";
import { POLICY_FIELDS, spellPolicyValue } from "./policy-words.ts";
import { WhyPolicy } from "./why-policy.tsx";
import "./policies.css";

type PolicyTask = { readonly at: "add" } | { readonly at: "edit" | "delete"; readonly policy: NamedPolicy };

/** In the address for the question below the list; the list itself has no filters. */
const WHY_NAMES = ["userId", "poolId"];

export function PoliciesPage() {
  const [task, setTask] = useState<PolicyTask>();
  const controls = useListState();
  const why = useListState(WHY_NAMES);
  const listing = useListing(policiesList, controls.state);
  const mayChange = useMay()("policies.write");
  const close = () => setTask(undefined);
  const add = mayChange && (
    <Button
      leftSection={<TbPlus size={17} />}
      onClick={() => setTask({ at: "add" })}
      data-testid="add-policy"
    >
      {policiesText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={policiesText.title}
        lead={policiesText.lead}
        search={policiesText.search}
        controls={controls}
        listing={listing}
        columns={columnsOf(mayChange ? setTask : undefined)}
        keyOf={({ id }) => id}
        actions={add}
        minWidth={620}
        empty={
          <EmptyState
            icon={<TbShieldCheck size={26} strokeWidth={1.6} />}
            title={policiesText.emptyTitle}
            hint={policiesText.emptyHint}
          >
            {add}
          </EmptyState>
        }
        {...(mayChange && { onOpen: (policy: NamedPolicy) => setTask({ at: "edit", policy }) })}
      />
      <WhyPolicy controls={why} />
      {task?.at === "add" && <AddPolicyDialog onClose={close} />}
      {task?.at === "edit" && <EditPolicyDialog policy={task.policy} onClose={close} />}
      {task?.at === "delete" && <DeletePolicyDialog policy={task.policy} onClose={close} />}
    </>
  );
}

function columnsOf(onTask: ((task: PolicyTask) => void) | undefined): readonly Column<NamedPolicy>[] {
  const { columns } = policiesText;
  return [
    {
      header: columns.policy,
      sort: "name",
      width: 240,
      cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
    },
    { header: columns.says, cell: (policy) => <Says policy={policy} /> },
    ...(onTask
      ? [
          rowMenuColumn<NamedPolicy>(columns.actions, (policy) =>
            editAndDelete((at) => onTask({ at, policy })),
          ),
        ]
      : []),
  ];
}

function Says({ policy }: { readonly policy: NamedPolicy }) {
  const said = POLICY_FIELDS.filter((field) => policy[field] !== null);
  if (said.length === 0) return <span className="dg-soft">{policiesText.saysNothing}</span>;
  return (
    <div className="dg-tags">
      {said.map((field) => (
        <span key={field} className="dg-tag">
          {policiesText.fields[field]}: {spellPolicyValue(field, policy[field])}
        </span>
      ))}
    </div>
  );
}

function DeletePolicyDialog({
  policy,
  onClose,
}: {
  readonly policy: NamedPolicy;
  readonly onClose: () => void;
}) {
  const deletePolicy = useDeletePolicy();
  return (
    <ConfirmDialog
      title={policiesText.deleteTitle(policy.name)}
      hint={policiesText.deleteHint}
      action={policiesText.deletePolicy}
      change={deletePolicy}
      onConfirm={() => deletePolicy.mutate(policy, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
