/** API tokens: one's own, and everyone's. */
import { type ApiToken, type OwnedApiToken, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { call } from "./call.ts";
import type { ListSource } from "./list.ts";
import { useChange } from "./use-change.ts";

export type NewToken = RouteBodyInput<typeof ROUTES.createMyToken>;

export const myTokensList: ListSource<ApiToken> = {
  key: ["tokens"],
  route: ROUTES.listMyTokens,
  local: { textsOf: ({ name }) => [name], sorts: { name: ({ name }) => name } },
};

export const allTokensList: ListSource<OwnedApiToken> = {
  key: ["all-tokens"],
  route: ROUTES.listTokens,
  local: { textsOf: ({ name, userName }) => [name, userName] },
};

export function useCreateToken() {
  return useChange(
    (fields: NewToken) => call(ROUTES.createMyToken, { body: fields }),
    ["tokens"],
    ["all-tokens"],
  );
}

export function useDeleteToken() {
  return useChange(
    (id: string) => call(ROUTES.deleteMyToken, { params: { id } }),
    ["tokens"],
    ["all-tokens"],
  );
}

export function useDeleteAnyToken() {
  return useChange((id: string) => call(ROUTES.deleteToken, { params: { id } }), ["all-tokens"], ["tokens"]);
}
