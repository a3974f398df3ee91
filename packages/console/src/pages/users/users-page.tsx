/** Who can sign in, and what can be done about it. */
import type { User } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbBan, TbTrash, TbUser, TbUserPlus } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { useMay } from "../../api/permissions.ts";
import { groupsQuery, rolesQuery, usersList } from "../../api/users.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { type ListFilter, ListPage } from "../../parts/table/list-page.tsx";
import { useSelection } from "../../parts/table/selection.ts";
import { useListState } from "../../parts/table/use-list-state.ts";
import { tableText } from "../../text/table.ts";
import { usersText } from "../../text/users.ts";
import { roleName } from "./role-name.ts";
import { UserDialogs, type UserTask } from "./user-dialogs.tsx";
import { useUserColumns } from "./user-table.tsx";

const FILTER_NAMES = ["role", "isDisabled", "groupId"];

export function UsersPage() {
  const [task, setTask] = useState<UserTask>();
  const controls = useListState(FILTER_NAMES);
  const listing = useListing(usersList, controls.state);
  const selection = useSelection();
  const filters = useFilters();
  const mayChange = useMay()("users.write");
  const columns = useUserColumns(mayChange ? setTask : undefined);
  const add = mayChange && (
    <Button
      leftSection={<TbUserPlus size={17} />}
      onClick={() => setTask({ at: "add" })}
      data-testid="add-user"
    >
      {usersText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={usersText.title}
        lead={usersText.lead}
        search={usersText.filter}
        controls={controls}
        listing={listing}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ displayName }) => displayName}
        filters={filters}
        actions={add}
        minWidth={820}
        empty={
          <EmptyState
            icon={<TbUser size={26} strokeWidth={1.6} />}
            title={usersText.emptyTitle}
            hint={usersText.emptyHint}
          >
            {add}
          </EmptyState>
        }
        {...(mayChange && {
          selection,
          bulk: (users: readonly User[]) => <BulkActions users={users} onTask={setTask} />,
          onOpen: (user: User) => setTask({ at: "edit", user }),
        })}
      />
      <UserDialogs
        task={task}
        onTask={(next) => {
          if (next === undefined && (task?.at === "disable-many" || task?.at === "delete-many"))
            selection.clear();
          setTask(next);
        }}
      />
    </>
  );
}

function BulkActions({
  users,
  onTask,
}: {
  readonly users: readonly User[];
  readonly onTask: (task: UserTask) => void;
}) {
  const icon = { size: 15, strokeWidth: 1.8 };
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<TbBan {...icon} />}
        onClick={() => onTask({ at: "disable-many", users })}
      >
        {usersText.disable}
      </Button>
      <Button
        size="compact-sm"
        variant="light"
        color="red"
        leftSection={<TbTrash {...icon} />}
        onClick={() => onTask({ at: "delete-many", users })}
        data-testid="delete-selected"
      >
        {usersText.deleteMany}
      </Button>
    </>
  );
}

function useFilters(): readonly ListFilter[] {
  const { data: roles } = useQuery(rolesQuery);
  const { data: groups } = useQuery(groupsQuery);
  const known = roles?.items ?? [];
  return [
    {
      name: "role",
      label: usersText.filters.role,
      options: known.map(({ id }) => ({ value: id, label: roleName(id, known) })),
    },
    {
      name: "isDisabled",
      label: usersText.filters.isDisabled,
      options: [
        { value: "true", label: tableText.yes },
        { value: "false", label: tableText.no },
      ],
    },
    {
      name: "groupId",
      label: usersText.filters.groupId,
      labelOf: (id) => groups?.items.find((group) => group.id === id)?.name ?? id,
    },
  ];
}
