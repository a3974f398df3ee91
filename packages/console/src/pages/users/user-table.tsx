/** The users, one row each. */
import type { User } from "@deskgate/contract";
import { Avatar, Group, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TbKey, TbLink, TbPencil, TbTrash } from "react-icons/tb";
import { meQuery } from "../../api/account.ts";
import { groupsQuery } from "../../api/users.ts";
import type { Column } from "../../parts/table/data-table.tsx";
import { rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useNow } from "../../parts/use-now.ts";
import { spellAge, spellMoment } from "../../text/quantities.ts";
import { shellText } from "../../text/shell.ts";
import { usersText } from "../../text/users.ts";
import { useRoleName } from "./role-name.ts";
import type { UserTask } from "./user-dialogs.tsx";

const AGE_REFRESH_MS = 60_000;

/** Without `onTask` the columns only show. */
export function useUserColumns(onTask: ((task: UserTask) => void) | undefined): readonly Column<User>[] {
  const { columns } = usersText;
  const nameOfRole = useRoleName();
  return [
    { header: columns.user, sort: "displayName", width: 240, cell: (user) => <UserName user={user} /> },
    {
      header: columns.role,
      sort: "role",
      width: 150,
      cell: ({ role }) => <UserRole role={role} name={nameOfRole(role)} />,
    },
    { header: columns.groups, cell: (user) => <UserGroups user={user} /> },
    {
      header: columns.lastSignIn,
      sort: "lastSignInAt",
      width: 150,
      cell: (user) => <LastSignIn at={user.lastSignInAt} />,
    },
    { header: columns.state, width: 160, cell: (user) => <UserState user={user} /> },
    ...(onTask ? [rowMenuColumn<User>(columns.actions, (user) => actionsOn(user, onTask))] : []),
  ];
}

function actionsOn(user: User, onTask: (task: UserTask) => void) {
  const icon = { size: 16, strokeWidth: 1.7 };
  return [
    { label: shellText.edit, icon: <TbPencil {...icon} />, onClick: () => onTask({ at: "edit", user }) },
    { label: usersText.makeLink, icon: <TbLink {...icon} />, onClick: () => onTask({ at: "link", user }) },
    {
      label: usersText.setPassword,
      icon: <TbKey {...icon} />,
      onClick: () => onTask({ at: "password", user }),
    },
    {
      label: shellText.delete,
      icon: <TbTrash {...icon} />,
      isDangerous: true,
      onClick: () => onTask({ at: "delete", user }),
    },
  ];
}

function UserName({ user: { id, name, displayName } }: { readonly user: User }) {
  const { data: me } = useQuery(meQuery);
  return (
    <Group gap={11} wrap="nowrap">
      <Avatar className="dg-avatar" name={displayName} size={30} radius="xl" />
      <div>
        <div className="dg-cell-main">
          {displayName} {me?.id === id && <span className="dg-cell-sub">({usersText.you})</span>}
        </div>
        <div className="dg-cell-sub">{name}</div>
      </div>
    </Group>
  );
}

function UserRole({ role, name }: { readonly role: string; readonly name: string }) {
  return role === "user" ? name : <span className="dg-tag dg-tag-accent">{name}</span>;
}

function UserGroups({ user: { groupIds } }: { readonly user: User }) {
  const { data } = useQuery(groupsQuery);
  const names = data?.items.filter(({ id }) => groupIds.includes(id)).map(({ name }) => name) ?? [];
  if (names.length === 0) return <span className="dg-soft">–</span>;
  return (
    <div className="dg-tags">
      {names.map((name) => (
        <span key={name} className="dg-tag">
          {name}
        </span>
      ))}
    </div>
  );
}

function LastSignIn({ at }: { readonly at: string | null }) {
  const now = useNow(AGE_REFRESH_MS);
  if (at === null) return <span className="dg-soft">{usersText.never}</span>;
  return (
    <Tooltip label={spellMoment(at)}>
      <span>{spellAge(at, now)}</span>
    </Tooltip>
  );
}

function UserState({ user: { isDisabled, hasPassword } }: { readonly user: User }) {
  if (isDisabled) return <span className="dg-tag dg-tag-warning">{usersText.disabled}</span>;
  if (!hasPassword) return <span className="dg-tag">{usersText.noPassword}</span>;
  return usersText.active;
}
