/** Handlers of API tokens. */
import type { ApiToken as ApiTokenReply, OwnedApiToken } from "@deskgate/contract";
import type { ApiToken } from "../../features/tokens/ports.ts";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { timeReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type TokenRoutes = "listMyTokens" | "createMyToken" | "deleteMyToken" | "listTokens" | "deleteToken";

export function tokenHandlers({ tokens }: Services): Pick<Handlers, TokenRoutes> {
  return {
    listMyTokens: async ({ query, caller: { userId } }) =>
      pageReply(query, await tokens.list(pageRequestOf(query), { userId }), tokenReply),
    createMyToken: async ({ body: { name, scopes, expiresAt }, caller, client }) => {
      const fields = { name, scopes, expiresAt: Date.parse(expiresAt) };
      const { token, secret } = await tokens.create(caller, fields, actorOf(caller, client));
      return { ...tokenReply(token), secret: secret.reveal() };
    },
    deleteMyToken: async ({ params, caller, client }) => {
      await tokens.remove(params.id, caller.userId, actorOf(caller, client));
      return undefined;
    },
    listTokens: async ({ query }) =>
      pageReply(query, await tokens.list(pageRequestOf(query), { userId: query.userId }), ownedTokenReply),
    deleteToken: async ({ params, caller, client }) => {
      await tokens.remove(params.id, undefined, actorOf(caller, client));
      return undefined;
    },
  };
}

function tokenReply({ id, name, scopes, createdAt, expiresAt, ...used }: ApiToken): ApiTokenReply {
  return {
    ...{ id, name, scopes, createdAt: timeReply(createdAt), expiresAt: timeReply(expiresAt) },
    lastUsedAt: used.lastUsedAt === undefined ? null : timeReply(used.lastUsedAt),
    lastUsedAddress: used.lastUsedAddress ?? null,
  };
}

export function ownedTokenReply(token: ApiToken): OwnedApiToken {
  return { ...tokenReply(token), userId: token.userId, userName: token.userName };
}
