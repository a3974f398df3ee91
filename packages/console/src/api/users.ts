/** Users and groups, for administrators. */
import { ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { useChange } from "./use-change.ts";

export type NewUser = RouteBodyInput<typeof ROUTES.createUser>;
export type UserChanges = RouteBodyInput<typeof ROUTES.updateUser>;
export type GroupFields = RouteBodyInput<typeof ROUTES.createGroup>;

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => call(ROUTES.listUsers, { signal }),
});

export const groupsQuery = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => call(ROUTES.listGroups, { signal }),
});

// Users name their groups and groups their members; whoever is removed loses entitlements and sessions.
const PEOPLE = [usersQuery.queryKey, groupsQuery.queryKey, ["entitlements"], ["sessions"], ["me"]] as const;

export function useCreateUser() {
  return useChange((fields: NewUser) => call(ROUTES.createUser, { body: fields }), ...PEOPLE);
}

export function useUpdateUser() {
  return useChange(
    ({ id, changes }: { id: string; changes: UserChanges }) =>
      call(ROUTES.updateUser, { params: { id }, body: changes }),
    ...PEOPLE,
  );
}

export function useDeleteUser() {
  return useChange((id: string) => call(ROUTES.deleteUser, { params: { id } }), ...PEOPLE);
}

export function useCreateSignInLink() {
  return useChange((id: string) => call(ROUTES.createSignInLink, { params: { id } }));
}

export function useCreateGroup() {
  return useChange((fields: GroupFields) => call(ROUTES.createGroup, { body: fields }), ...PEOPLE);
}

export function useUpdateGroup() {
  return useChange(
    ({ id, fields }: { id: string; fields: GroupFields }) =>
      call(ROUTES.updateGroup, { params: { id }, body: fields }),
    ...PEOPLE,
  );
}

export function useDeleteGroup() {
  return useChange((id: string) => call(ROUTES.deleteGroup, { params: { id } }), ...PEOPLE);
}
