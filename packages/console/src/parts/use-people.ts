/** Users and groups together, once both are there. */
import { useQuery } from "@tanstack/react-query";
import { groupsQuery, usersQuery } from "../api/users.ts";
import type { People } from "./people.ts";

export function usePeople(): People {
  const { data: users } = useQuery(usersQuery);
  const { data: groups } = useQuery(groupsQuery);
  return { users: users?.items ?? [], groups: groups?.items ?? [] };
}
