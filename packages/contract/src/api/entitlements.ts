/** Who may use which pool, when, from where, and by which policy. */
import { z } from "zod";
import { networkSchema } from "../network.ts";
import { idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

/** LIMIT: windows and networks of one entitlement. */
const MAX_WINDOWS = 50;
const MAX_NETWORKS = 100;

const timeSchema = (last: RegExp) => z.string().regex(last, "Write hours and minutes, such as 08:30.");

/** On these days from `from` until before `to`, by the clocks of the time zone; past midnight where `to` is not later. */
export const timeWindowSchema = z
  .strictObject({
    /** 1 is Monday, 7 Sunday: the day on which the window opens. */
    days: z
      .array(z.int().min(1, "Days go from 1 to 7.").max(7, "Days go from 1 to 7."))
      .min(1, "Name at least one day.")
      .max(7)
      .refine((days) => new Set(days).size === days.length, "Name each day once."),
    from: timeSchema(/^([01]\d|2[0-3]):[0-5]\d$/),
    /** 24:00 is the day's end. */
    to: timeSchema(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
    timeZone: z
      .string()
      .max(60)
      .refine(isTimeZone, "Write a time zone such as Europe/Berlin or UTC.")
      .meta({ example: "Europe/Berlin" }),
  })
  .meta({ id: "TimeWindow" });
export type TimeWindow = z.infer<typeof timeWindowSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const termsSchema = {
  policyId: idSchema.nullable(),
  /** None: always. */
  windows: z.array(timeWindowSchema).max(MAX_WINDOWS),
  /** None: from everywhere. */
  networks: z.array(networkSchema).max(MAX_NETWORKS),
};

export const entitlementSchema = z
  .object({
    id: idSchema,
    poolId: idSchema,
    /** Exactly one of the two is set. */
    userId: idSchema.nullable(),
    groupId: idSchema.nullable(),
    policyId: idSchema.nullable(),
    windows: z.array(timeWindowSchema),
    networks: z.array(z.string()),
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
        policyId: termsSchema.policyId.default(null),
        windows: termsSchema.windows.default([]),
        networks: termsSchema.networks.default([]),
      })
      .refine(
        (fields) => (fields.userId === null) !== (fields.groupId === null),
        "Name either a user or a group.",
      ),
    reply: entitlementSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updateEntitlement: {
    method: "PATCH",
    path: "/entitlements/:id",
    access: "entitlements.write",
    tag: "Entitlements",
    summary: "Say when, from where and by which policy an entitlement counts",
    params: idParamsSchema,
    body: z.strictObject({
      policyId: termsSchema.policyId.optional(),
      windows: termsSchema.windows.optional(),
      networks: termsSchema.networks.optional(),
    }),
    reply: entitlementSchema,
    refusals: ["version_stale"],
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
