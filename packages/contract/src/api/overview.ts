/** The site at a glance. */
import { z } from "zod";
import { timestampSchema } from "./common.ts";
import type { Route } from "./route.ts";

/** How far apart the points of the session curve are, and how far back it goes. */
export const SAMPLE_INTERVAL_MS = 5 * 60_000;
export const SAMPLES_SHOWN_MS = 24 * 60 * 60_000;

export const overviewSchema = z
  .object({
    /** With a viewer open at this moment. */
    peopleOn: z.int(),
    liveSessions: z.int(),
    /** The last 24 hours, a point every five minutes; moments at which the broker was down are missing. */
    sessionsCurve: z.array(z.object({ at: timestampSchema, live: z.int() })),
    machinesByState: z.object({ up: z.int(), down: z.int(), unknown: z.int(), maintenance: z.int() }),
    gateways: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        /** `away`: it has no link; it tries again by itself. */
        state: z.enum(["ready", "silent", "away"]),
        connections: z.int(),
      }),
    ),
    /** The last 20 people who asked for a desktop and did not get it. */
    refusals: z.array(
      z.object({
        at: timestampSchema,
        /** Null where nobody is known. */
        userId: z.string().nullable(),
        userName: z.string(),
        poolId: z.string(),
        desktop: z.string(),
        code: z.string(),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overviewSchema>;

export const overviewRoutes = {
  getOverview: {
    method: "GET",
    path: "/overview",
    access: "overview.read",
    tag: "Overview",
    summary: "People on, sessions of the last day, machines by state, gateways, last refusals",
    reply: overviewSchema,
  },
} as const satisfies Record<string, Route>;
