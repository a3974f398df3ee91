/** Names for ids, asked for where they are shown and remembered: rows in sight are few, and lists of everyone are long. */
import { ERRORS, MAX_FILTER_IDS, ROUTES } from "@deskgate/contract";
import { queryOptions, useQueries, useQuery } from "@tanstack/react-query";
import { ApiError } from "./api-error.ts";
import { call } from "./call.ts";
import { gathered } from "./gathered.ts";

const NAMES_FRESH_MS = 60_000;

/** A page of groups names hundreds of people. */
const findUser = gathered(async (ids) => {
  const query = { ids: ids.join(","), limit: ids.length };
  return (await call(ROUTES.listUsers, { query })).items;
}, MAX_FILTER_IDS);

export function userQuery(id: string) {
  return queryOptions({
    queryKey: ["users", "one", id],
    queryFn: async () => {
      const user = await findUser(id);
      if (!user) throw new ApiError("not_found", ERRORS.not_found.message);
      return user;
    },
    staleTime: NAMES_FRESH_MS,
  });
}

export function machineQuery(id: string) {
  return queryOptions({
    queryKey: ["machines", "one", id],
    queryFn: ({ signal }) => call(ROUTES.getMachine, { params: { id }, signal }),
    staleTime: NAMES_FRESH_MS,
  });
}

export function poolQuery(id: string) {
  return queryOptions({
    queryKey: ["pools", "one", id],
    queryFn: ({ signal }) => call(ROUTES.getPool, { params: { id }, signal }),
    staleTime: NAMES_FRESH_MS,
  });
}

export function useUsers(ids: readonly string[]) {
  return useUsersAsked(ids).users;
}

/** `isPending`: some are still asked for; who is not among the users may yet be. */
export function useUsersAsked(ids: readonly string[]) {
  const answers = useQueries({ queries: ids.map(userQuery) });
  return {
    users: answers.flatMap(({ data }) => (data ? [data] : [])),
    isPending: answers.some((answer) => answer.isPending),
  };
}

/** Names of what filters in the address point to; undefined where nothing does. */
export function useNameOfUser(id: string | undefined): string | undefined {
  return useQuery({ ...userQuery(id ?? ""), enabled: id !== undefined }).data?.displayName;
}

export function useNameOfPool(id: string | undefined): string | undefined {
  return useQuery({ ...poolQuery(id ?? ""), enabled: id !== undefined }).data?.name;
}

export function useNameOfMachine(id: string | undefined): string | undefined {
  return useQuery({ ...machineQuery(id ?? ""), enabled: id !== undefined }).data?.name;
}
