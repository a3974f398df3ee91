/** The way to a desktop, walked for somebody else. */
import { ROUTES, type RouteQueryInput, type ROUTES as Routes } from "@deskgate/contract";
import { useMutation } from "@tanstack/react-query";
import { call } from "./call.ts";

export type Question = RouteQueryInput<typeof Routes.explain>;

/** Not a query: each walk tries the machine, so it is asked for by a person and not by a window that comes back. */
export function useExplain() {
  return useMutation({ mutationFn: (query: Question) => call(ROUTES.explain, { query }) });
}
