/** The site's settings. */
import { ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { useChange } from "./use-change.ts";

export type SettingsChange = RouteBodyInput<typeof ROUTES.updateSettings>;

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => call(ROUTES.getSettings, { signal }),
});

export function useUpdateSettings() {
  return useChange(
    ({ changes, ifVersion }: { changes: SettingsChange; ifVersion: number }) =>
      call(ROUTES.updateSettings, { body: changes, ifVersion }),
    settingsQuery.queryKey,
    ["site"],
    ["announcement"],
  );
}
