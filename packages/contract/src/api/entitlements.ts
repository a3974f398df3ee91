/** Who may use which pool. */
import { z } from "zod";
import { idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

export const entitlementSchema = z
  .object({
    id: idSchema,
    poolId: idSchema,
    /** Exactly one of the two is set. */
    userId: idSchema.nullable(),
    groupId: idSchema.nullable(),
    createdAt: timestampSchema,
    version: versionSchema,
  })
  .meta({ id: "Entitlement" });
export type Entitlement = z.infer<typeof entitlementSchema>;

export const entitlementRoutes = {
  listEntitlements: {
    method: "GET",
    path: "/entitlements",
    access: "entitlements.read",
    tag: "Entitlements",
    summary: "Who may use which pool, a page at a time",
    query: listQuery({
      sorts: ["createdAt", "poolName"],
      filters: { userId: idSchema.optional(), groupId: idSchema.optional(), poolId: idSchema.optional() },
    }),
    reply: pageOf(entitlementSchema),
    refusals: ["cursor_invalid"],
  },
  getEntitlement: {
    method: "GET",
    path: "/entitlements/:id",
    access: "entitlements.read",
    tag: "Entitlements",
    summary: "One entitlement",
    params: idParamsSchema,
    reply: entitlementSchema,
  },
  createEntitlement: {
    method: "POST",
    path: "/entitlements",
    access: "entitlements.write",
    tag: "Entitlements",
    summary: "Let a user or a group use a pool",
    body: z
      .strictObject({
        poolId: idSchema,
        userId: idSchema.nullable().default(null),
        groupId: idSchema.nullable().default(null),
      })
      .refine(
        (fields) => (fields.userId === null) !== (fields.groupId === null),
        "Name either a user or a group.",
      ),
    reply: entitlementSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  deleteEntitlement: {
    method: "DELETE",
    path: "/entitlements/:id",
    access: "entitlements.write",
    tag: "Entitlements",
    summary: "Take a pool away from a user or group; sessions that rested on it end at once",
    params: idParamsSchema,
    refusals: ["version_stale"],
  },
} as const satisfies Record<string, Route>;
