/** Desktops as the people see them who may use them. */
import { z } from "zod";
import { credentialModeSchema, policySchema, protocolSchema } from "../admission.ts";
import { ERROR_CODES } from "../errors.ts";
import { idParamsSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import { POOL_KINDS } from "./pools.ts";
import type { Route } from "./route.ts";
import { connectionSchema } from "./sessions.ts";

/** What the last probe of a machine found; `unknown` where there was none. */
export const machineStateSchema = z.enum(["up", "down", "unknown"]);
export type MachineState = z.infer<typeof machineStateSchema>;

/** A pool that the signed-in person may use. */
export const desktopSchema = z
  .object({
    /** The pool's id. */
    id: idSchema,
    name: z.string(),
    description: z.string(),
    poolKind: z.enum(POOL_KINDS),
    protocols: z.array(protocolSchema),
    /** `in-session`: this person's session on it is live, with `openConnections` viewers; `available`: one may be started. */
    state: z.enum(["available", "in-session"]),
    /** Of the machine one would get: of a pool `up` where any free one is. */
    machineState: machineStateSchema,
    /** Why connecting would be refused at this moment; null where it would not. */
    refusal: z.enum(ERROR_CODES).nullable(),
    isFavourite: z.boolean(),
    openConnections: z.int(),
    lastUsedAt: timestampSchema.nullable(),
    /** The protocol this person used last here. */
    lastProtocol: protocolSchema.nullable(),
  })
  .meta({ id: "Desktop" });
export type Desktop = z.infer<typeof desktopSchema>;

/** Why there is no way to a desktop; who asks for one meets these. */
export const CHOOSING_REFUSALS = [
  "desktop_not_entitled",
  "outside_time_window",
  "network_not_allowed",
  "session_limit_reached",
  "protocol_not_allowed",
  "pool_empty",
  "pool_full",
  "machine_down",
  "machine_starting",
  "machine_in_maintenance",
  "machine_protocol_missing",
  "zone_without_gateway",
  "no_gateway",
] as const;
export type ChoosingRefusal = (typeof CHOOSING_REFUSALS)[number];

export const desktopRoutes = {
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
    summary: "Get a ticket for a desktop; takes up the live session, or starts one",
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
      /** The machine takes the person's own name and password (mode `own`), whether they are at hand or asked for. */
      isOwnCredential: z.boolean(),
      /** What the viewer should not even offer; the gateway enforces it as far as the protocol lets it. */
      policy: policySchema,
    }),
    status: 201,
    refusals: CHOOSING_REFUSALS,
  },
  endDesktopSession: {
    method: "DELETE",
    path: "/desktops/:id/session",
    access: "signed-in",
    tag: "Desktops",
    summary: "End one's own session on a desktop and give its machine back",
    params: idParamsSchema,
  },
  setFavourite: {
    method: "PUT",
    path: "/desktops/:id/favourite",
    access: "signed-in",
    tag: "Desktops",
    summary: "Mark a desktop as a favourite, or no longer",
    params: idParamsSchema,
    body: z.strictObject({ isFavourite: z.boolean() }),
    refusals: ["desktop_not_entitled"],
  },
  getConnection: {
    method: "GET",
    path: "/connections/:id",
    access: "signed-in",
    tag: "Desktops",
    summary: "One's own connection: how it is, what one is told, or why it ended (with `sessions.read`: any)",
    params: idParamsSchema,
    reply: connectionSchema.extend({
      /** What administrators have to say to the person since the connection was made, and what no viewer has shown yet. */
      messages: z.array(
        z.object({
          id: idSchema,
          at: timestampSchema,
          /** Empty where the program itself says it. */
          by: z.string(),
          text: z.string(),
          /** The session ends at this moment, because the person's hours do; null in every other message. */
          endsAt: timestampSchema.nullable(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Route>;
