/** What runs here, and how it is. */
import { z } from "zod";
import { timestampSchema } from "./common.ts";
import { gatewaySchema } from "./gateways.ts";
import type { Route } from "./route.ts";

/** How the program's parts are. INVARIANT: no secret, no address and no path. */
export const healthDetailSchema = z
  .object({
    database: z.object({
      kind: z.enum(["sqlite", "postgres"]),
      /** As the database itself says it. */
      version: z.string(),
      sizeBytes: z.int(),
      migrationsDone: z.int(),
      migrationsPending: z.int(),
      /** The newest migration's name. */
      schema: z.string(),
    }),
    gateways: z.array(
      gatewaySchema.pick({
        id: true,
        name: true,
        kind: true,
        state: true,
        version: true,
        openConnections: true,
      }),
    ),
    /** Of the port in the broker's own program; null where it has none. */
    certificate: z.object({ expiresAt: timestampSchema, isSelfSigned: z.boolean() }).nullable(),
    /** Null where the audit is not sent anywhere. */
    syslog: z
      .object({
        /** `failing`: the collector does not take it; what waits is tried again. */
        state: z.enum(["working", "failing"]),
        sent: z.int(),
        queued: z.int(),
        /** Since the start; these never reach the collector. */
        dropped: z.int(),
      })
      .nullable(),
    /** Null where none is known of. */
    lastBackupAt: timestampSchema.nullable(),
    runtime: z.object({ node: z.string(), platform: z.string(), residentBytes: z.int() }).nullable(),
  })
  .meta({ id: "HealthDetail" });
export type HealthDetail = z.infer<typeof healthDetailSchema>;

export const aboutSchema = z
  .object({
    version: z.string(),
    startedAt: timestampSchema,
    uptimeMs: z.int(),
    /** Only for those who may read the settings. */
    health: healthDetailSchema.nullable(),
  })
  .meta({ id: "About" });
export type About = z.infer<typeof aboutSchema>;

export const aboutRoutes = {
  getAbout: {
    method: "GET",
    path: "/about",
    access: "signed-in",
    tag: "Settings",
    summary: "The version and how long it runs; for those who may read settings, how its parts are",
    reply: aboutSchema,
  },
} as const satisfies Record<string, Route>;
