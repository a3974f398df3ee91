/** One's own API tokens. */
import { type ApiToken, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { call } from "./call.ts";
import type { ListSource } from "./list.ts";
import { useChange } from "./use-change.ts";

export type NewToken = RouteBodyInput<typeof ROUTES.createMyToken>;

export const myTokensList: ListSource<ApiToken> = {
  key: ["tokens"],
  route: ROUTES.listMyTokens,
  local: { textsOf: ({ name }) => [name], sorts: { name: ({ name }) => name } },
};

export function useCreateToken() {
  return useChange((fields: NewToken) => call(ROUTES.createMyToken, { body: fields }), ["tokens"]);
}

export function useDeleteToken() {
  return useChange((id: string) => call(ROUTES.deleteMyToken, { params: { id } }), ["tokens"]);
}
