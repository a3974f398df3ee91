/** What runs here, and how it is. */
import { ROUTES } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";

const REFRESH_MS = 30_000;

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => call(ROUTES.getAbout, { signal }),
  refetchInterval: REFRESH_MS,
});
