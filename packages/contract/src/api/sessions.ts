/** Sessions and connections as administrators see them. */
import { z } from "zod";
import { protocolSchema } from "../admission.ts";
import { END_REASON_NAMES } from "../end-reasons.ts";
import { endReasonSchema } from "../link.ts";
import { idParamsSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

/**
 * `preparing`: a machine is claimed, no gateway knows yet. `ready`: a ticket waits for its first viewer. `active`: a
 * viewer is on. `disconnected`: nobody looks, the machine is kept until the pool's rule releases it. `ended`: over.
 */
export const SESSION_STATES = ["preparing", "ready", "active", "disconnected", "ended"] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** Why a session is in its state: what happened on the way there, or why its last viewer or itself ended. */
export const SESSION_STATE_REASONS = [
  "claimed",
  "ticket_waiting",
  "viewer_connected",
  ...END_REASON_NAMES,
] as const;
export type SessionStateReason = (typeof SESSION_STATE_REASONS)[number];

const numbersSchema = {
  bytesToViewer: z.int(),
  bytesToTarget: z.int(),
  idleMs: z.int().nullable(),
  viewerRoundTripMs: z.number().nullable(),
  targetConnectMs: z.number().nullable(),
  targetRoundTripMs: z.number().nullable(),
};

/** One admitted viewer. */
export const connectionSchema = z
  .object({
    id: idSchema,
    sessionId: idSchema,
    protocol: protocolSchema,
    state: z.enum(["reserved", "open", "ended"]),
    viewerAddress: z.string().nullable(),
    createdAt: timestampSchema,
    openedAt: timestampSchema.nullable(),
    endedAt: timestampSchema.nullable(),
    endReason: endReasonSchema.nullable(),
    ...numbersSchema,
  })
  .meta({ id: "Connection" });
export type Connection = z.infer<typeof connectionSchema>;

/** A user's claim on a machine; survives disconnects until it is released or killed. */
export const sessionSchema = z
  .object({
    id: idSchema,
    userId: idSchema,
    userName: z.string(),
    poolId: idSchema,
    poolName: z.string(),
    machineId: idSchema,
    machineName: z.string(),
    state: z.enum(SESSION_STATES),
    stateReason: z.enum(SESSION_STATE_REASONS),
    stateSince: timestampSchema,
    /** No other session may be on the machine meanwhile. */
    isExclusive: z.boolean(),
    /** When the session goes on by itself, unless somebody is heard of before; null: never. */
    leaseExpiresAt: timestampSchema.nullable(),
    startedAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
    endReason: endReasonSchema.nullable(),
    connections: z.array(connectionSchema),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

/** What a session's story is made of, in the order in which things of one moment happen. */
export const SESSION_EVENTS = [
  "claimed",
  "ticket_issued",
  "viewer_connected",
  "message_sent",
  "message_shown",
  "viewer_gone",
  "disconnected",
  "ended",
] as const;
export type SessionEventName = (typeof SESSION_EVENTS)[number];

export const sessionStoryEventSchema = z
  .object({
    at: timestampSchema,
    event: z.enum(SESSION_EVENTS),
    /** The person's name; empty where the program itself acted. */
    by: z.string(),
    detail: z.string(),
  })
  .meta({ id: "SessionStoryEvent" });
export type SessionStoryEvent = z.infer<typeof sessionStoryEventSchema>;

export const MAX_MESSAGE_CHARACTERS = 500;
export const messageTextSchema = z
  .string()
  .trim()
  .min(1, "Write what the person should read.")
  .max(MAX_MESSAGE_CHARACTERS, `Use at most ${MAX_MESSAGE_CHARACTERS} characters.`)
  // Line breaks may stand in a message; what hides or turns text around may not.
  .regex(/^(?:\n|[^\p{Cc}\p{Cf}])*$/u, "Leave out control characters.");

export const sessionRoutes = {
  listSessions: {
    method: "GET",
    path: "/sessions",
    access: "sessions.read",
    tag: "Sessions",
    summary: "Sessions, a page at a time, newest first",
    query: listQuery({
      sorts: ["startedAt", "userName", "machineName"],
      usual: "-startedAt",
      filters: {
        /** `live` is every state but `ended`. */
        state: z.enum(["live", ...SESSION_STATES]).default("live"),
        userId: idSchema.optional(),
        poolId: idSchema.optional(),
        machineId: idSchema.optional(),
        /** Sessions that were there at or after this moment. */
        from: timestampSchema.optional(),
        /** Sessions that began before this moment. */
        to: timestampSchema.optional(),
      },
    }),
    reply: pageOf(sessionSchema),
    refusals: ["cursor_invalid"],
  },
  getSession: {
    method: "GET",
    path: "/sessions/:id",
    access: "sessions.read",
    tag: "Sessions",
    summary: "One session",
    params: idParamsSchema,
    reply: sessionSchema,
  },
  getSessionStory: {
    method: "GET",
    path: "/sessions/:id/story",
    access: "sessions.read",
    tag: "Sessions",
    summary: "All that happened to a session, oldest first",
    params: idParamsSchema,
    reply: listOf(sessionStoryEventSchema),
  },
  sendSessionMessage: {
    method: "POST",
    path: "/sessions/:id/message",
    access: "sessions.message",
    tag: "Sessions",
    summary: "Tell the person something; their viewer shows it within seconds",
    params: idParamsSchema,
    body: z.strictObject({ text: messageTextSchema }),
    reply: z.object({ id: idSchema }),
    status: 201,
  },
  killSession: {
    method: "DELETE",
    path: "/sessions/:id",
    access: "sessions.end",
    tag: "Sessions",
    summary: "End a session: closes its connections within a second and burns its tickets",
    params: idParamsSchema,
  },
} as const satisfies Record<string, Route>;
