/** Sessions of everyone, for administrators. */
import { ROUTES } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { useChange } from "./use-change.ts";

const LIVE_REFRESH_MS = 2_500;

export const liveSessionsQuery = queryOptions({
  queryKey: ["sessions", "live"],
  queryFn: ({ signal }) => call(ROUTES.listSessions, { query: { state: "live" }, signal }),
  refetchInterval: LIVE_REFRESH_MS,
  staleTime: 0,
});

export function useKillSession() {
  return useChange((id: string) => call(ROUTES.killSession, { params: { id } }), ["sessions"], ["desktops"]);
}
