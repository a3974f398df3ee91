/** Users, groups and roles, for whoever looks after people. */
import { type Group, ROUTES, type Role, type RouteBodyInput, type User } from "@deskgate/contract";
import { call } from "./call.ts";
import { type ListSource, wholeList } from "./list.ts";
import { asSeen, type Conditional, type Seen, useChange } from "./use-change.ts";

export type NewUser = RouteBodyInput<typeof ROUTES.createUser>;
export type UserChanges = RouteBodyInput<typeof ROUTES.updateUser>;
export type GroupFields = RouteBodyInput<typeof ROUTES.createGroup>;

export type RoleFields = RouteBodyInput<typeof ROUTES.createRole>;

export const usersList: ListSource<User> = {
  key: ["users"],
  route: ROUTES.listUsers,
  local: {
    textsOf: ({ name, displayName }) => [name, displayName],
    sorts: {
      name: ({ name }) => name,
      displayName: ({ displayName }) => displayName,
      role: ({ role }) => role,
      lastSignInAt: ({ lastSignInAt }) => lastSignInAt ?? "",
    },
    filters: {
      role: ({ role }, value) => role === value,
      isDisabled: ({ isDisabled }, value) => String(isDisabled) === value,
      groupId: ({ groupIds }, value) => groupIds.includes(value),
    },
  },
};

export const groupsList: ListSource<Group> = {
  key: ["groups"],
  route: ROUTES.listGroups,
  local: { textsOf: ({ name }) => [name], sorts: { name: ({ name }) => name } },
};

export const groupsQuery = wholeList(groupsList);

export const rolesQuery = wholeList<Role>({
  key: ["roles"],
  route: ROUTES.listRoles,
  local: { textsOf: ({ name }) => [name] },
});

// Users name their groups and groups their members; whoever is removed loses entitlements and sessions.
const PEOPLE = [["users"], ["groups"], ["entitlements"], ["sessions"], ["me"]] as const;

export function useCreateUser() {
  return useChange((fields: NewUser) => call(ROUTES.createUser, { body: fields }), ...PEOPLE);
}

export function useUpdateUser() {
  return useChange(
    ({ id, changes, ...parts }: Conditional<{ id: string; changes: UserChanges }>) =>
      call(ROUTES.updateUser, { params: { id }, body: changes, ...parts }),
    ...PEOPLE,
  );
}

export function readUser(id: string) {
  return call(ROUTES.getUser, { params: { id } });
}

export function useDeleteUser() {
  return useChange((user: Seen) => call(ROUTES.deleteUser, asSeen(user)), ...PEOPLE);
}

export function useCreateSignInLink() {
  return useChange((id: string) => call(ROUTES.createSignInLink, { params: { id } }));
}

export function useCreateGroup() {
  return useChange((fields: GroupFields) => call(ROUTES.createGroup, { body: fields }), ...PEOPLE);
}

export function useUpdateGroup() {
  return useChange(
    ({ id, fields, ...parts }: Conditional<{ id: string; fields: GroupFields }>) =>
      call(ROUTES.updateGroup, { params: { id }, body: fields, ...parts }),
    ...PEOPLE,
  );
}

export function readGroup(id: string) {
  return call(ROUTES.getGroup, { params: { id } });
}

export function useDeleteGroup() {
  return useChange((group: Seen) => call(ROUTES.deleteGroup, asSeen(group)), ...PEOPLE);
}

const ROLES = [["roles"], ["users"], ["me"]] as const;

export function useCreateRole() {
  return useChange((fields: RoleFields) => call(ROUTES.createRole, { body: fields }), ...ROLES);
}

export function useUpdateRole() {
  return useChange(
    ({ id, fields, ...parts }: Conditional<{ id: string; fields: RoleFields }>) =>
      call(ROUTES.updateRole, { params: { id }, body: fields, ...parts }),
    ...ROLES,
  );
}

export function readRole(id: string) {
  return call(ROUTES.getRole, { params: { id } });
}

export function useDeleteRole() {
  return useChange((role: Seen) => call(ROUTES.deleteRole, asSeen(role)), ...ROLES);
}
