/** The site at a glance. */
import { ROUTES } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

const REFRESH_MS = 10_000;

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => call(ROUTES.getOverview, { signal }),
  refetchInterval: REFRESH_MS,
});
