/** "Why can't they connect?": the way to a desktop walked for somebody else, without taking it. */
import { z } from "zod";
import { protocolSchema } from "../admission.ts";
import { idSchema } from "./common.ts";
import { CHOOSING_REFUSALS } from "./desktops.ts";
import type { Route } from "./route.ts";

/** The steps on the way to a desktop, in order. */
export const HOPS = [
  "identity",
  "entitlement",
  "access",
  "policy",
  "session",
  "pool",
  "health",
  "protocol",
  "zone",
  "gateway",
  "probe",
] as const;
export type Hop = (typeof HOPS)[number];

export const hopReportSchema = z
  .object({
    hop: z.enum(HOPS),
    /** `skipped`: an earlier hop failed, or there was nothing to decide. */
    verdict: z.enum(["ok", "failed", "skipped"]),
    /** For an administrator to read aloud. */
    sentence: z.string(),
    /** Names and numbers behind it. */
    detail: z.string(),
  })
  .meta({ id: "HopReport" });
export type HopReport = z.infer<typeof hopReportSchema>;

export const explanationSchema = z
  .object({
    /** `target_unreachable`: everything is in order, but the machine does not answer the gateway. */
    outcome: z.enum(["would-connect", "user_disabled", ...CHOOSING_REFUSALS, "target_unreachable"]),
    /** What the person would be told; empty where they would connect. */
    sentence: z.string(),
    machineName: z.string().nullable(),
    hops: z.array(hopReportSchema),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.infer<typeof explanationSchema>;

export const explainRoutes = {
  explain: {
    method: "GET",
    path: "/explain",
    access: "explain.use",
    tag: "Explain",
    summary: "Walk a person's way to a desktop hop by hop, with a probe of the machine, changing nothing",
    query: z.strictObject({
      user: idSchema,
      pool: idSchema,
      protocol: protocolSchema.optional(),
      /** The address the person would come from. */
      address: z.union([z.ipv4(), z.ipv6()]).optional(),
    }),
    reply: explanationSchema,
  },
} as const satisfies Record<string, Route>;
