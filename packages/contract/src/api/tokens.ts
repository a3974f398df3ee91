/** API tokens: for scripts that act as a person, with no more rights than they need, for no longer than they run. */
import { z } from "zod";
import { permissionSchema } from "../permissions.ts";
import { displayNameSchema, idParamsSchema, idSchema, timestampSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

/** What every API token begins with, so that one that leaked can be found. */
export const API_TOKEN_PREFIX = "dgt_";
// LIMIT: a token lives for a year at most.
export const MAX_TOKEN_LIFETIME_MS = 366 * 24 * 60 * 60 * 1000;

const scopesSchema = z
  .union([z.tuple([z.literal("*")]), z.array(permissionSchema).max(100)])
  .meta({ description: "Permissions, or `*` for all; never more than its owner has at that moment" });
export type TokenScopes = z.infer<typeof scopesSchema>;

const tokenShape = {
  id: idSchema,
  name: z.string(),
  scopes: scopesSchema,
  createdAt: timestampSchema,
  expiresAt: timestampSchema,
  lastUsedAt: timestampSchema.nullable(),
  lastUsedAddress: z.string().nullable(),
};
export const apiTokenSchema = z.object(tokenShape).meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof apiTokenSchema>;
const ownedTokenSchema = z
  .object({ ...tokenShape, userId: idSchema, userName: z.string() })
  .meta({ id: "OwnedApiToken" });
export type OwnedApiToken = z.infer<typeof ownedTokenSchema>;

const sorts = ["name", "createdAt", "expiresAt", "lastUsedAt"] as const;

export const tokenRoutes = {
  listMyTokens: {
    method: "GET",
    path: "/me/tokens",
    access: "signed-in",
    tag: "Tokens",
    summary: "One's own API tokens",
    query: listQuery({ sorts, filters: {} }),
    reply: pageOf(apiTokenSchema),
    refusals: ["cursor_invalid"],
  },
  createMyToken: {
    method: "POST",
    path: "/me/tokens",
    access: "signed-in",
    needsSignIn: true,
    tag: "Tokens",
    summary: "Make an API token; its secret is shown this once",
    body: z.strictObject({ name: displayNameSchema, scopes: scopesSchema, expiresAt: timestampSchema }),
    reply: z.object({ ...tokenShape, secret: z.string() }),
    status: 201,
    refusals: ["name_taken", "not_permitted"],
  },
  deleteMyToken: {
    method: "DELETE",
    path: "/me/tokens/:id",
    access: "signed-in",
    tag: "Tokens",
    summary: "Withdraw one of one's own API tokens",
    params: idParamsSchema,
  },
  listTokens: {
    method: "GET",
    path: "/tokens",
    access: "tokens.manage",
    tag: "Tokens",
    summary: "API tokens of everyone",
    query: listQuery({ sorts, filters: { userId: idSchema.optional() } }),
    reply: pageOf(ownedTokenSchema),
    refusals: ["cursor_invalid"],
  },
  deleteToken: {
    method: "DELETE",
    path: "/tokens/:id",
    access: "tokens.manage",
    tag: "Tokens",
    summary: "Withdraw anyone's API token",
    params: idParamsSchema,
  },
} as const satisfies Record<string, Route>;
