/** Groups and their members. */
import type { Group as PeopleGroup } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbPlus, TbUsersGroup } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { useUsers } from "../../api/names.ts";
import { useMay } from "../../api/permissions.ts";
import { groupsList, groupsQuery, useDeleteGroup } from "../../api/users.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { editAndDelete, rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { groupsText } from "../../text/groups.ts";
import { AddGroupDialog, EditGroupDialog } from "./group-form.tsx";

type GroupTask = { readonly at: "add" } | { readonly at: "edit" | "delete"; readonly group: PeopleGroup };

/** More names than these make a row too tall to scan. */
const NAMES_SHOWN = 5;
const GROUPS_SHOWN = 3;

export function GroupsPage() {
  const [task, setTask] = useState<GroupTask>();
  const controls = useListState();
  const listing = useListing(groupsList, controls.state);
  const mayChange = useMay()("groups.write");
  const add = mayChange && (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setTask({ at: "add" })} data-testid="add-group">
      {groupsText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={groupsText.title}
        lead={groupsText.lead}
        search={groupsText.filter}
        controls={controls}
        listing={listing}
        columns={columnsOf(mayChange ? setTask : undefined)}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        actions={add}
        minWidth={520}
        empty={
          <EmptyState
            icon={<TbUsersGroup size={26} strokeWidth={1.6} />}
            title={groupsText.emptyTitle}
            hint={groupsText.emptyHint}
          >
            {add}
          </EmptyState>
        }
        {...(mayChange && { onOpen: (group: PeopleGroup) => setTask({ at: "edit", group }) })}
      />
      {task && <GroupDialog task={task} onClose={() => setTask(undefined)} />}
    </>
  );
}

function columnsOf(onTask: ((task: GroupTask) => void) | undefined): readonly Column<PeopleGroup>[] {
  const { columns } = groupsText;
  return [
    {
      header: columns.group,
      sort: "name",
      width: 280,
      cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
    },
    { header: columns.members, cell: (group) => <Members group={group} /> },
    ...(onTask
      ? [rowMenuColumn<PeopleGroup>(columns.actions, (group) => editAndDelete((at) => onTask({ at, group })))]
      : []),
  ];
}

function Members({ group }: { readonly group: PeopleGroup }) {
  const members = useUsers(group.memberIds.slice(0, NAMES_SHOWN));
  const { data: groups } = useQuery(groupsQuery);
  const inside = groups?.items.filter(({ id }) => group.memberGroupIds.includes(id)) ?? [];
  if (group.memberIds.length + group.memberGroupIds.length === 0)
    return <span className="dg-soft">{groupsText.noMembers}</span>;
  const left = group.memberIds.length - members.length;
  return (
    <div className="dg-tags">
      {inside.slice(0, GROUPS_SHOWN).map(({ id, name }) => (
        <span key={id} className="dg-tag dg-tag-accent">
          <TbUsersGroup size={14} strokeWidth={1.7} aria-hidden="true" />
          {name}
        </span>
      ))}
      {inside.length > GROUPS_SHOWN && (
        <span className="dg-cell-sub">{groupsText.moreGroups(inside.length - GROUPS_SHOWN)}</span>
      )}
      {members.map(({ id, displayName }) => (
        <span key={id} className="dg-tag">
          {displayName}
        </span>
      ))}
      {left > 0 && (
        <Link className="dg-cell-sub dg-quiet-link" to="/users" search={{ groupId: group.id } as never}>
          {groupsText.more(left)}
        </Link>
      )}
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
          hint={groupsText.deleteHint(task.group.memberIds.length)}
          action={groupsText.deleteGroup}
          change={deleteGroup}
          onConfirm={() => deleteGroup.mutate(task.group, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
  }
}
