/** The desktops of the signed-in person, and connections to them. */
import { type Protocol, protocolSchema, ROUTES } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { useChange } from "./use-change.ts";

const REFRESH_MS = 15_000;
const NUMBERS_REFRESH_MS = 5_000;
/** An answer later than this says that nobody answers. */
const NUMBERS_TIMEOUT_MS = 4_000;

export const desktopsQuery = queryOptions({
  queryKey: ["desktops"],
  queryFn: ({ signal }) => call(ROUTES.listDesktops, { signal }),
  refetchInterval: REFRESH_MS,
});

/** By the protocol that the viewer's address names; without one the server takes what was used last, or the first. */
export function connectDesktop(id: string, signal: AbortSignal) {
  const protocol = protocolOfAddress();
  return call(ROUTES.connectDesktop, { params: { id }, body: protocol ? { protocol } : {}, signal });
}

function protocolOfAddress(): Protocol | undefined {
  const wanted = protocolSchema.safeParse(new URLSearchParams(window.location.search).get("protocol"));
  return wanted.data;
}

export function useSetFavourite() {
  return useChange(
    ({ id, isFavourite }: { id: string; isFavourite: boolean }) =>
      call(ROUTES.setFavourite, { params: { id }, body: { isFavourite } }),
    ["desktops"],
  );
}

export function useEndMySession() {
  return useChange(
    (id: string) => call(ROUTES.endDesktopSession, { params: { id } }),
    ["desktops"],
    ["sessions"],
  );
}

export function getConnection(id: string, signal: AbortSignal) {
  return call(ROUTES.getConnection, { params: { id }, signal });
}

/** How an open connection is doing. */
export function connectionQuery(id: string) {
  return queryOptions({
    queryKey: ["connections", id],
    queryFn: ({ signal }) =>
      getConnection(id, AbortSignal.any([signal, AbortSignal.timeout(NUMBERS_TIMEOUT_MS)])),
    refetchInterval: NUMBERS_REFRESH_MS,
    refetchIntervalInBackground: false,
    retry: false,
  });
}
