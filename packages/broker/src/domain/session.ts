/** Sessions (a user's claim on a machine) and connections (one admitted viewer inside a session). */
import type {
  EndReason,
  Protocol,
  SessionEventName,
  SessionState,
  SessionStateReason,
} from "@deskgate/contract";

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly poolId: string;
  readonly poolName: string;
  readonly machineId: string;
  readonly machineName: string;
  readonly state: SessionState;
  readonly stateReason: SessionStateReason;
  readonly stateSince: number;
  readonly isExclusive: boolean;
  readonly leaseExpiresAt: number | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly endReason: EndReason | undefined;
}

export interface Connection {
  readonly id: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly protocol: Protocol;
  readonly gatewayId: string;
  readonly state: "reserved" | "open" | "ended";
  readonly viewerAddress: string | undefined;
  readonly createdAt: number;
  readonly openedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly endReason: EndReason | undefined;
  readonly bytesToViewer: number;
  readonly bytesToTarget: number;
}

/** One line of a session's story. */
export interface SessionStoryEvent {
  readonly at: number;
  readonly event: SessionEventName;
  /** Empty where the program itself acted. */
  readonly by: string;
  readonly detail: string;
}

/** What an administrator has to say to the person in a session. */
export interface SessionMessage {
  readonly id: string;
  readonly at: number;
  /** Empty where the program itself says it. */
  readonly by: string;
  readonly text: string;
  /** Where it says that the session ends: when. */
  readonly endsAt: number | undefined;
}

/** Time beyond a ticket's life for the gateway's word that the connection opened. */
export const OPENING_GRACE_MS = 30_000;

/** How long the database keeps tickets that are over. */
export const KEEP_TICKETS_MS = 24 * 60 * 60 * 1000;
