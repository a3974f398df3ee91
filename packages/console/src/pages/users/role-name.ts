/** What a role is called: ours have words of their own in each language, a site's has the name it was given. */
import { isBuiltInRole, type Role } from "@deskgate/contract";
import { useQuery } from "@tanstack/react-query";
import { rolesQuery } from "../../api/users.ts";
import { usersText } from "../../text/users.ts";

export function useRoleName(): (role: string) => string {
  const { data } = useQuery(rolesQuery);
  return (role) => roleName(role, data?.items ?? []);
}

export function roleName(role: string, roles: readonly Role[]): string {
  if (isBuiltInRole(role)) return usersText.roles[role];
  return roles.find(({ id }) => id === role)?.name ?? usersText.ownRole;
}
