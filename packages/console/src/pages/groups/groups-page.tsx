/** Groups and their members. */
import type { Group as PeopleGroup, User } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbPencil, TbPlus, TbTrash, TbUsersGroup } from "react-icons/tb";
import { groupsQuery, useDeleteGroup, usersQuery } from "../../api/users.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import { DataTable } from "../../parts/table/data-table.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { groupsText } from "../../text/groups.ts";
import { locale } from "../../text/language.ts";
import { shellText } from "../../text/shell.ts";
import { AddGroupDialog, EditGroupDialog } from "./group-form.tsx";

type GroupTask = { readonly at: "add" } | { readonly at: "edit" | "delete"; readonly group: PeopleGroup };

/** More names than these make a row too tall to scan. */
const NAMES_SHOWN = 6;

export function GroupsPage() {
  useTitle(groupsText.title);
  const [task, setTask] = useState<GroupTask>();
  const groups = useQuery(groupsQuery);
  const add = (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setTask({ at: "add" })} data-testid="add-group">
      {groupsText.add}
    </Button>
  );
  return (
    <>
      <PageHeader title={groupsText.title} lead={groupsText.lead}>
        {add}
      </PageHeader>
      <Loaded query={groups}>
        {({ items }) =>
          items.length > 0 ? <GroupTable groups={items} onTask={setTask} /> : <NoGroups action={add} />
        }
      </Loaded>
      {task && <GroupDialog task={task} onClose={() => setTask(undefined)} />}
    </>
  );
}

function NoGroups({ action }: { readonly action: React.ReactNode }) {
  return (
    <div className="dg-card">
      <EmptyState
        icon={<TbUsersGroup size={26} strokeWidth={1.6} />}
        title={groupsText.emptyTitle}
        hint={groupsText.emptyHint}
      >
        {action}
      </EmptyState>
    </div>
  );
}

interface GroupTableProps {
  readonly groups: readonly PeopleGroup[];
  readonly onTask: (task: GroupTask) => void;
}

function GroupTable({ groups, onTask }: GroupTableProps) {
  const { data: users } = useQuery(usersQuery);
  const { columns } = groupsText;
  const icon = { size: 16, strokeWidth: 1.7 };
  const actionsOn = (group: PeopleGroup) => [
    { label: shellText.edit, icon: <TbPencil {...icon} />, onClick: () => onTask({ at: "edit", group }) },
    {
      label: shellText.delete,
      icon: <TbTrash {...icon} />,
      isDangerous: true,
      onClick: () => onTask({ at: "delete", group }),
    },
  ];
  return (
    <DataTable
      label={groupsText.title}
      rows={groups.toSorted((one, other) => one.name.localeCompare(other.name, locale))}
      keyOf={({ id }) => id}
      minWidth={520}
      columns={[
        { header: columns.group, cell: ({ name }) => <span className="dg-cell-main">{name}</span> },
        { header: columns.members, cell: (group) => <Members group={group} users={users?.items ?? []} /> },
        {
          header: columns.actions,
          isHeaderHidden: true,
          align: "right",
          cell: (group) => <RowMenu name={group.name} actions={actionsOn(group)} />,
        },
      ]}
    />
  );
}

function Members({ group, users }: { readonly group: PeopleGroup; readonly users: readonly User[] }) {
  if (group.memberIds.length === 0) return <span className="dg-soft">{groupsText.noMembers}</span>;
  const members = users.filter(({ id }) => group.memberIds.includes(id));
  const left = group.memberIds.length - Math.min(members.length, NAMES_SHOWN);
  return (
    <div className="dg-tags">
      {members.slice(0, NAMES_SHOWN).map(({ id, displayName }) => (
        <span key={id} className="dg-tag">
          {displayName}
        </span>
      ))}
      {left > 0 && <span className="dg-cell-sub">{groupsText.more(left)}</span>}
    </div>
  );
}

function GroupDialog({ task, onClose }: { readonly task: GroupTask; readonly onClose: () => void }) {
  const deleteGroup = useDeleteGroup();
  switch (task.at) {
    case "add":
      return <AddGroupDialog onClose={onClose} />;
    case "edit":
      return <EditGroupDialog group={task.group} onClose={onClose} />;
    case "delete":
      return (
        <ConfirmDialog
          title={groupsText.deleteTitle(task.group.name)}
          hint={groupsText.deleteHint}
          action={groupsText.deleteGroup}
          change={deleteGroup}
          onConfirm={() => deleteGroup.mutate(task.group.id, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
  }
}
