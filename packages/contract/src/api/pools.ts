/** Pools: machines handed out by one rule. */
import { z } from "zod";
import {
  displayNameSchema,
  idParamsSchema,
  idSchema,
  listOf,
  timestampSchema,
  versionSchema,
} from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import { poolPolicySchema } from "./policies.ts";
import type { Route } from "./route.ts";

/**
 * `machine`: a pool of one, made with its machine; several people may be on it. `dedicated`: the first use binds a
 * machine to a person. `floating`: any free machine, for as long as the session lives.
 */
export const POOL_KINDS = ["machine", "dedicated", "floating"] as const;
export type PoolKind = (typeof POOL_KINDS)[number];

const dayMs = 24 * 60 * 60 * 1000;

/** When a session ends that nobody looks at. */
export const releaseSchema = z.strictObject({
  /** This long after the last viewer left; null: only when the person ends it. */
  afterDisconnectMs: z
    .int()
    .min(0)
    .max(366 * dayMs)
    .nullable(),
  /** When the person signs out (of the sign-in that the session was last used from). */
  onSignOut: z.boolean(),
});
export type Release = z.infer<typeof releaseSchema>;

export const DEFAULT_RELEASE: Release = { afterDisconnectMs: 8 * 60 * 60 * 1000, onSignOut: false };

export const poolSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string(),
    kind: z.enum(POOL_KINDS),
    machineIds: z.array(idSchema),
    policy: poolPolicySchema,
    release: releaseSchema,
    version: versionSchema,
    createdAt: timestampSchema,
  })
  .meta({ id: "Pool" });
export type Pool = z.infer<typeof poolSchema>;

/** LIMIT: machines of one pool. */
const MAX_POOL_MACHINES = 10_000;
const machineIdsSchema = z.array(idSchema).max(MAX_POOL_MACHINES);

const poolFieldsSchema = z.strictObject({
  name: displayNameSchema,
  description: z.string().trim().max(500, "Use at most 500 characters.").default(""),
  kind: z.enum(["dedicated", "floating"]),
  machineIds: machineIdsSchema.default([]),
  /** Absent: the site's default for floating pools, eight hours for dedicated ones. */
  release: releaseSchema.optional(),
});

export const poolAssignmentSchema = z
  .object({
    userId: idSchema,
    userName: z.string(),
    machineId: idSchema,
    machineName: z.string(),
    assignedAt: timestampSchema,
  })
  .meta({ id: "PoolAssignment" });
export type PoolAssignment = z.infer<typeof poolAssignmentSchema>;

/** Each machine counts as assigned or not, and besides as exactly one of the other four. */
export const poolOccupancySchema = z
  .object({
    machines: z.int(),
    /** Nobody is on it, and nothing is known against it. */
    free: z.int(),
    inUse: z.int(),
    down: z.int(),
    maintenance: z.int(),
    /** Bound to a person, in a dedicated pool. */
    assigned: z.int(),
  })
  .meta({ id: "PoolOccupancy" });
export type PoolOccupancy = z.infer<typeof poolOccupancySchema>;

export const poolRoutes = {
  listPools: {
    method: "GET",
    path: "/pools",
    access: "pools.read",
    tag: "Pools",
    summary: "Pools, a page at a time",
    query: listQuery({
      sorts: ["name", "createdAt"],
      filters: { kind: z.enum(POOL_KINDS).optional(), machineId: idSchema.optional() },
    }),
    reply: pageOf(poolSchema),
    refusals: ["cursor_invalid"],
  },
  getPool: {
    method: "GET",
    path: "/pools/:id",
    access: "pools.read",
    tag: "Pools",
    summary: "One pool",
    params: idParamsSchema,
    reply: poolSchema,
  },
  createPool: {
    method: "POST",
    path: "/pools",
    access: "pools.write",
    tag: "Pools",
    summary: "Make a dedicated or a floating pool of machines",
    body: poolFieldsSchema,
    reply: poolSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updatePool: {
    method: "PATCH",
    path: "/pools/:id",
    access: "pools.write",
    tag: "Pools",
    summary: "Change a pool; its kind stays. Of a pool of one only the release rule can be changed",
    params: idParamsSchema,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      description: z.string().trim().max(500).optional(),
      release: releaseSchema.optional(),
    }),
    reply: poolSchema,
    refusals: ["version_stale", "name_taken"],
  },
  deletePool: {
    method: "DELETE",
    path: "/pools/:id",
    access: "pools.write",
    tag: "Pools",
    summary: "Remove a pool, ending its sessions; its machines stay",
    params: idParamsSchema,
    refusals: ["version_stale"],
  },
  setPoolMachines: {
    method: "PUT",
    path: "/pools/:id/machines",
    access: "pools.write",
    tag: "Pools",
    summary: "Say which machines a pool hands out; sessions on those taken away end",
    params: idParamsSchema,
    body: z.strictObject({ machineIds: machineIdsSchema }),
    reply: poolSchema,
    refusals: ["version_stale"],
  },
  setPoolPolicy: {
    method: "PUT",
    path: "/pools/:id/policy",
    access: "pools.write",
    tag: "Pools",
    summary: "Say what a pool's connections may do; counts for the next connection",
    params: idParamsSchema,
    body: poolPolicySchema,
    reply: poolSchema,
    refusals: ["version_stale"],
  },
  getPoolOccupancy: {
    method: "GET",
    path: "/pools/:id/occupancy",
    access: "pools.read",
    tag: "Pools",
    summary: "How many of a pool's machines are free, in use, down or assigned",
    params: idParamsSchema,
    reply: poolOccupancySchema,
  },
  listPoolAssignments: {
    method: "GET",
    path: "/pools/:id/assignments",
    access: "pools.read",
    tag: "Pools",
    summary: "Who has which machine of a dedicated pool",
    params: idParamsSchema,
    reply: listOf(poolAssignmentSchema),
  },
  removePoolAssignment: {
    method: "DELETE",
    path: "/pools/:id/assignments/:userId",
    access: "pools.write",
    tag: "Pools",
    summary: "Take a person's machine of a dedicated pool back, ending their session on it",
    params: idParamsSchema.extend({ userId: idSchema }),
    refusals: ["version_stale"],
  },
} as const satisfies Record<string, Route>;
