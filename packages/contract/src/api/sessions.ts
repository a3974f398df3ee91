/** Desktops as people see them, and sessions and connections as administrators see them. */
import { z } from "zod";
import { credentialModeSchema, policySchema, protocolSchema } from "../admission.ts";
import { endReasonSchema } from "../link.ts";
import { idParamsSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

/** A pool that the signed-in person may use. */
export const desktopSchema = z
  .object({
    /** The pool's id. */
    id: idSchema,
    name: z.string(),
    description: z.string(),
    protocols: z.array(protocolSchema),
    /** `in-session`: this person's session on it is open, with `openConnections` viewers; `available`: one may be started. */
    state: z.enum(["available", "in-session"]),
    openConnections: z.int(),
    lastUsedAt: timestampSchema.nullable(),
  })
  .meta({ id: "Desktop" });
export type Desktop = z.infer<typeof desktopSchema>;

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
    machineId: idSchema,
    machineName: z.string(),
    state: z.enum(["open", "ended"]),
    startedAt: timestampSchema,
    endedAt: timestampSchema.nullable(),
    endReason: endReasonSchema.nullable(),
    connections: z.array(connectionSchema),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

export const sessionRoutes = {
  listDesktops: {
    method: "GET",
    path: "/desktops",
    access: "signed-in",
    tag: "Desktops",
    summary: "The desktops the signed-in person may use",
    reply: listOf(desktopSchema),
  },
  connectDesktop: {
    method: "POST",
    path: "/desktops/:id/connections",
    access: "signed-in",
    needsSignIn: true,
    tag: "Desktops",
    summary: "Get a ticket for a desktop; takes up the open session, or starts one",
    params: idParamsSchema,
    body: z.strictObject({ protocol: protocolSchema.optional() }),
    reply: z.object({
      connectionId: idSchema,
      sessionId: idSchema,
      desktopName: z.string(),
      protocol: protocolSchema,
      /** Shown once. Open a WebSocket at `tunnelPath` with the sub-protocols `binary` and `deskgate.ticket.<ticket>`. */
      ticket: z.string(),
      tunnelPath: z.string(),
      expiresAt: timestampSchema,
      /** With `prompt` the viewer asks for the credential and gives it to the gateway or the machine, inside the tunnel. */
      credentialMode: credentialModeSchema,
      /** The name to sign in with, where an administrator has entered one and the person is asked for the rest. */
      suggestedUsername: z.string(),
      suggestedDomain: z.string(),
      /** What the viewer should not even offer; the gateway enforces it as far as the protocol lets it. */
      policy: policySchema,
    }),
    status: 201,
    refusals: ["no_gateway", "machine_protocol_missing"],
  },
  getConnection: {
    method: "GET",
    path: "/connections/:id",
    access: "signed-in",
    tag: "Desktops",
    summary: "One's own connection: how it is, or why it ended (with `sessions.read`: any)",
    params: idParamsSchema,
    reply: connectionSchema,
  },
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
        state: z.enum(["open", "ended"]).default("open"),
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
  killSession: {
    method: "DELETE",
    path: "/sessions/:id",
    access: "sessions.end",
    tag: "Sessions",
    summary: "End a session: closes its connections within a second and burns its tickets",
    params: idParamsSchema,
  },
} as const satisfies Record<string, Route>;
