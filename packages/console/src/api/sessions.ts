/** Sessions of everyone, for whoever looks after them. */
import { ROUTES, type Session } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import type { ListSource } from "./list.ts";
import { useChange } from "./use-change.ts";

const LIVE_REFRESH_MS = 2_500;

const local = {
  textsOf: ({ userName, machineName, poolName }: Session) => [userName, machineName, poolName],
  sorts: {
    userName: ({ userName }: Session) => userName,
    machineName: ({ machineName }: Session) => machineName,
    startedAt: ({ startedAt }: Session) => startedAt,
  },
  filters: {
    state: ({ state }: Session, value: string) => value === "live" || state === value,
    userId: ({ userId }: Session, value: string) => userId === value,
    poolId: ({ poolId }: Session, value: string) => poolId === value,
    machineId: ({ machineId }: Session, value: string) => machineId === value,
  },
} as const;

export const liveSessionsList: ListSource<Session> = {
  key: ["sessions"],
  route: ROUTES.listSessions,
  fixed: { state: "live" },
  local,
  refetchMs: LIVE_REFRESH_MS,
};

export const endedSessionsList: ListSource<Session> = {
  key: ["sessions"],
  route: ROUTES.listSessions,
  fixed: { state: "ended" },
  local,
};

export function storyQuery(id: string) {
  return queryOptions({
    queryKey: ["sessions", "story", id],
    queryFn: ({ signal }) => call(ROUTES.getSessionStory, { params: { id }, signal }),
    refetchInterval: LIVE_REFRESH_MS,
  });
}

export function useKillSession() {
  return useChange((id: string) => call(ROUTES.killSession, { params: { id } }), ["sessions"], ["desktops"]);
}

export function useSendMessage() {
  return useChange(
    ({ id, text }: { id: string; text: string }) =>
      call(ROUTES.sendSessionMessage, { params: { id }, body: { text } }),
    ["sessions", "story"],
  );
}
