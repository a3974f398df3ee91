/** Pools: machines handed out by one rule. */
import { z } from "zod";
import { idParamsSchema, idSchema, versionSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import { poolPolicySchema } from "./policies.ts";
import type { Route } from "./route.ts";

export const poolSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    /** `machine`: a pool of one, made with its machine. */
    kind: z.enum(["machine", "dedicated", "floating"]),
    machineIds: z.array(idSchema),
    policy: poolPolicySchema,
    version: versionSchema,
  })
  .meta({ id: "Pool" });
export type Pool = z.infer<typeof poolSchema>;

export const poolRoutes = {
  listPools: {
    method: "GET",
    path: "/pools",
    access: "pools.read",
    tag: "Entitlements",
    summary: "Pools, a page at a time",
    query: listQuery({ sorts: ["name", "createdAt"], filters: { machineId: idSchema.optional() } }),
    reply: pageOf(poolSchema),
    refusals: ["cursor_invalid"],
  },
  getPool: {
    method: "GET",
    path: "/pools/:id",
    access: "pools.read",
    tag: "Entitlements",
    summary: "One pool",
    params: idParamsSchema,
    reply: poolSchema,
  },
  setPoolPolicy: {
    method: "PUT",
    path: "/pools/:id/policy",
    access: "pools.write",
    tag: "Entitlements",
    summary: "Say what a pool's connections may do; counts for the next connection",
    params: idParamsSchema,
    body: poolPolicySchema,
    reply: poolSchema,
    refusals: ["version_stale"],
  },
} as const satisfies Record<string, Route>;
