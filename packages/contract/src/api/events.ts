/** What changed, as it changes: names of things and no data, so that whoever may not read them learns nothing. */
import { z } from "zod";
import type { Permission } from "../permissions.ts";
import type { Route } from "./route.ts";

/** What one may listen to, and which permission reads it; null for everyone signed in. */
export const TOPICS = {
  users: "users.read",
  groups: "groups.read",
  roles: "users.read",
  machines: "machines.read",
  zones: "machines.read",
  pools: "pools.read",
  entitlements: "entitlements.read",
  policies: "policies.read",
  sessions: "sessions.read",
  gateways: "gateways.read",
  settings: "settings.read",
  tokens: "tokens.manage",
  announcement: null,
  desktops: null,
} as const satisfies Readonly<Record<string, Permission | null>>;
export type Topic = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as [Topic, ...Topic[]]; // the keys of the table are its names

/** The data of an event `change`. The event `resync` has none: read everything again. */
export const changeEventSchema = z
  .object({
    topic: z.enum(TOPIC_NAMES),
    /** Null where several changed at once. */
    id: z.string().nullable(),
    change: z.enum(["changed", "removed"]),
  })
  .meta({ id: "ChangeEvent" });
export type ChangeEvent = z.infer<typeof changeEventSchema>;

export const eventRoutes = {
  streamEvents: {
    method: "GET",
    path: "/events",
    access: "signed-in",
    tag: "Events",
    summary: "Server-sent events: what changed, by name, for as long as the sign-in lasts",
    query: z.strictObject({
      topics: z
        .string()
        .max(500)
        .regex(/^[a-z]+(,[a-z]+)*$/, "Name topics with commas between.")
        .transform((text) => text.split(","))
        .pipe(z.array(z.enum(TOPIC_NAMES)))
        .optional()
        .meta({ description: `Some of ${TOPIC_NAMES.join(", ")}; all that one may read where absent` }),
    }),
    reply: z.string(),
    media: "text/event-stream",
    refusals: ["not_permitted", "too_many_streams"],
  },
} as const satisfies Record<string, Route>;
