/** The desktops of the signed-in person, and connections to them. */
import { ROUTES } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

const REFRESH_MS = 15_000;
const NUMBERS_REFRESH_MS = 5_000;
/** An answer later than this says that nobody answers. */
const NUMBERS_TIMEOUT_MS = 4_000;

export const desktopsQuery = queryOptions({
  queryKey: ["desktops"],
  queryFn: ({ signal }) => call(ROUTES.listDesktops, { signal }),
  refetchInterval: REFRESH_MS,
});

export function connectDesktop(id: string, signal: AbortSignal) {
  return call(ROUTES.connectDesktop, { params: { id }, body: {}, signal });
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
