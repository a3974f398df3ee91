/**
 * The messages between a gateway and the broker. Each call is a request with one reply, both plain JSON, so that the
 * link can run in one process today and over a network without a change to either end.
 */
import { z } from "zod";
import { admissionSchema, protocolSchema, reservationSchema, targetSchema } from "./admission.ts";
import { END_REASON_NAMES } from "./end-reasons.ts";
import { ERROR_CODES } from "./errors.ts";
import { identityVerdictSchema, shownIdentitySchema } from "./identity.ts";
import { macAddressSchema } from "./mac-address.ts";
import { ticketHashSchema } from "./ticket.ts";

const done = z.object({});
export const endReasonSchema = z.enum(END_REASON_NAMES);

/** A connection as its gateway sees it now. */
export const connectionReportSchema = z.object({
  connectionId: z.uuid(),
  bytesToViewer: z.int().min(0),
  bytesToTarget: z.int().min(0),
  /** Since the viewer's last byte. */
  idleMs: z.int().min(0),
  /** Between a WebSocket ping and its pong; absent until the first pong. */
  viewerRoundTripMs: z.number().min(0).optional(),
  /** From dialling to the machine's answer. */
  targetConnectMs: z.number().min(0).optional(),
  /** Between the gateway and the machine, where the protocol lets it be measured. */
  targetRoundTripMs: z.number().min(0).optional(),
});
export type ConnectionReport = z.infer<typeof connectionReportSchema>;

export const ticketRefusalSchema = z.enum([
  "ticket_unknown",
  "ticket_expired",
  "ticket_used",
  "ticket_revoked",
]);
export type TicketRefusal = z.infer<typeof ticketRefusalSchema>;

/** LIMIT: refused tunnels of one message. */
export const MAX_REFUSALS_TOLD = 100;

/** A tunnel that a gateway refused. */
export const tunnelRefusalSchema = z.object({
  code: z.enum(ERROR_CODES),
  viewerAddress: z.string().max(100),
  /** Of the ticket that was shown, where one was. */
  ticketHash: ticketHashSchema.optional(),
});
export type TunnelRefusal = z.infer<typeof tunnelRefusalSchema>;

/** What a gateway asks of the broker or tells it. */
export const BROKER_CALLS = {
  /** A gateway is (again) there. Whatever the broker believes open on it and that it does not name has ended. */
  register: {
    request: z.object({ gatewayId: z.string().min(1).max(100), openConnectionIds: z.array(z.uuid()) }),
    /** `pass`: shown with each request that this gateway passes on; absent where both are one program. */
    reply: z.object({ pass: z.string().max(100).optional() }),
  },
  /** A ticket was shown that no reservation here knows. Redeems it. */
  admit: {
    request: z.object({ gatewayId: z.string(), ticketHash: ticketHashSchema }),
    reply: z.union([z.object({ admission: admissionSchema }), z.object({ refused: ticketRefusalSchema })]),
  },
  /** A machine showed who it is. Asked before any credential leaves; without an answer none leaves. */
  judgeIdentity: {
    request: shownIdentitySchema,
    reply: z.object({ verdict: identityVerdictSchema }),
  },
  connectionOpened: {
    request: z.object({ gatewayId: z.string(), connectionId: z.uuid(), viewerAddress: z.string().max(100) }),
    reply: done,
  },
  connectionClosed: {
    request: z.object({
      gatewayId: z.string(),
      report: connectionReportSchema,
      reason: endReasonSchema,
      /** The cause in the gateway's words, for administrators. */
      detail: z.string().max(500),
    }),
    reply: done,
  },
  /** For the audit. `omitted`: how many more there were. */
  tunnelsRefused: {
    request: z.object({
      gatewayId: z.string(),
      refusals: z.array(tunnelRefusalSchema).max(MAX_REFUSALS_TOLD),
      omitted: z.int().min(0),
    }),
    reply: done,
  },
  /** Every few seconds: all open connections of the gateway. Doubles as its heartbeat. */
  report: {
    request: z.object({ gatewayId: z.string(), connections: z.array(connectionReportSchema) }),
    reply: done,
  },
} as const;

/** What the broker asks of a gateway. */
export const GATEWAY_CALLS = {
  reserve: { request: reservationSchema, reply: done },
  /** Closes live tunnels and burns reservations of the named connections; done before it replies. */
  revoke: {
    request: z.object({ connectionIds: z.array(z.uuid()).max(100_000), reason: endReasonSchema }),
    reply: z.object({ closed: z.int().min(0) }),
  },
  /** Dials a machine as a connection would, says what happened, and hangs up. */
  probe: {
    request: z.object({ target: targetSchema, protocol: protocolSchema }),
    reply: z.object({
      isReachable: z.boolean(),
      tookMs: z.number().min(0),
      reason: endReasonSchema.optional(),
      detail: z.string().max(500),
    }),
  },
  /**
   * Broadcasts a magic packet. The gateway chooses where to: the broadcast address of its own network that `host` is
   * in, else 255.255.255.255; so that nobody can have it send to a host.
   */
  wake: {
    request: z.object({ macAddress: macAddressSchema, host: z.string().max(253) }),
    reply: z.object({ isSent: z.boolean(), sentTo: z.string().max(100), detail: z.string().max(500) }),
  },
} as const;

export type CallTable = Readonly<Record<string, { readonly request: z.ZodType; readonly reply: z.ZodType }>>;

/** One function per call of a table: what one end offers and the other end uses. */
export type LinkCalls<Table extends CallTable> = {
  readonly [Name in keyof Table]: (
    request: z.infer<Table[Name]["request"]>,
  ) => Promise<z.infer<Table[Name]["reply"]>>;
};
export type BrokerCalls = LinkCalls<typeof BROKER_CALLS>;
export type GatewayCalls = LinkCalls<typeof GATEWAY_CALLS>;

/** How often a gateway reports, and how long the broker waits before it believes a silent gateway gone. */
export const REPORT_INTERVAL_MS = 5_000;
export const GATEWAY_SILENCE_MS = 20_000;
