/** Pools: machines handed out by one rule. */
import { z } from "zod";
import { idParamsSchema, idSchema, listOf } from "./common.ts";
import { poolPolicySchema } from "./policies.ts";
import type { Route } from "./route.ts";

export const poolSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    /** `machine`: a pool of one, made with its machine. */
    kind: z.enum(["machine"]),
    machineIds: z.array(idSchema),
    policy: poolPolicySchema,
  })
  .meta({ id: "Pool" });
export type Pool = z.infer<typeof poolSchema>;

export const poolRoutes = {
  listPools: {
    method: "GET",
    path: "/pools",
    access: "pools.read",
    tag: "Entitlements",
    summary: "All pools",
    reply: listOf(poolSchema),
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
  },
} as const satisfies Record<string, Route>;
