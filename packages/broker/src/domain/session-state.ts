/**
 * What a session is and what it becomes: every event is decided in every state. Pure; the store writes the result down by
 * compare-and-set on the state it began from.
 *
 * INVARIANT: nothing leaves `ended`, and `ready` has never had a viewer, so a session that nobody was on holds no
 * machine for longer than its ticket lives. Every live state but a `disconnected` one whose pool says otherwise has a
 * lease, so nothing is kept by silence.
 */
import {
  type EndReason,
  GATEWAY_SILENCE_MS,
  type Release,
  type SessionStateReason,
  TICKET_LIFETIME_MS,
} from "@deskgate/contract";
import { OPENING_GRACE_MS } from "./session.ts";

interface Preparing {
  readonly state: "preparing";
  readonly reason: "claimed";
  readonly since: number;
  readonly leaseExpiresAt: number;
}

interface Ready {
  readonly state: "ready";
  readonly reason: "ticket_waiting";
  readonly since: number;
  readonly leaseExpiresAt: number;
}

interface Active {
  readonly state: "active";
  readonly reason: "viewer_connected";
  readonly since: number;
  readonly leaseExpiresAt: number;
}

interface Disconnected {
  readonly state: "disconnected";
  /** Why the last viewer left. */
  readonly reason: EndReason;
  readonly since: number;
  /** Absent where only the person ends it. */
  readonly leaseExpiresAt: number | undefined;
}

interface Ended {
  readonly state: "ended";
  readonly reason: EndReason;
  readonly since: number;
  readonly leaseExpiresAt: undefined;
}

export type SessionStatus = Preparing | Ready | Active | Disconnected | Ended;

export type SessionEvent =
  /** A gateway waits for a ticket of this session. */
  | { readonly type: "reserved" }
  /** A viewer is on. */
  | { readonly type: "opened" }
  /** A gateway says that a viewer is still on. */
  | { readonly type: "reported" }
  /** The last connection ended, opened or not. */
  | { readonly type: "viewers-gone"; readonly reason: EndReason }
  | { readonly type: "lease-expired" }
  /** Somebody or a rule ends it. */
  | { readonly type: "end"; readonly reason: EndReason };

interface Moment {
  readonly now: number;
  readonly release: Release;
}

/** A broker that died between claim and reservation is not waited for any longer. */
export const PREPARING_LEASE_MS = 30_000;
const READY_LEASE_MS = TICKET_LIFETIME_MS + OPENING_GRACE_MS;
/** Renewed at half its time by the gateways' reports, and longer than they may be silent. */
export const ACTIVE_LEASE_MS = 3 * GATEWAY_SILENCE_MS;

export function claimedSession(now: number): Preparing {
  return { state: "preparing", reason: "claimed", since: now, leaseExpiresAt: now + PREPARING_LEASE_MS };
}

/** The next status; the same one where the event changes nothing. */
export function advanceSession(status: SessionStatus, event: SessionEvent, moment: Moment): SessionStatus {
  switch (status.state) {
    case "preparing":
      return fromPreparing(event, moment);
    case "ready":
      return fromReady(status, event, moment);
    case "active":
      return fromActive(status, event, moment);
    case "disconnected":
      return fromDisconnected(status, event, moment);
    case "ended":
      return status;
  }
}

function fromPreparing(event: SessionEvent, moment: Moment): SessionStatus {
  return event.type === "reserved" ? ready(moment) : beforeAnyViewer(event, moment);
}

function fromReady(status: Ready, event: SessionEvent, moment: Moment): SessionStatus {
  if (event.type === "reserved") return { ...status, leaseExpiresAt: moment.now + READY_LEASE_MS };
  return beforeAnyViewer(event, moment);
}

/** Before anybody was ever on: a viewer makes it active, and all else ends it. */
function beforeAnyViewer(
  event: Exclude<SessionEvent, { readonly type: "reserved" }>,
  moment: Moment,
): SessionStatus {
  switch (event.type) {
    case "opened":
    case "reported":
      return active(moment);
    case "viewers-gone":
    case "end":
      return ended(event.reason, moment);
    case "lease-expired":
      return ended("never_opened", moment);
  }
}

function fromActive(status: Active, event: SessionEvent, moment: Moment): SessionStatus {
  switch (event.type) {
    case "reserved":
      return atLeastUntil(status, moment.now + READY_LEASE_MS);
    case "opened":
    case "reported":
      return atLeastUntil(status, moment.now + ACTIVE_LEASE_MS);
    case "viewers-gone":
      return disconnected(event.reason, moment);
    case "lease-expired":
      return disconnected("gateway_lost", moment);
    case "end":
      return ended(event.reason, moment);
  }
}

function fromDisconnected(status: Disconnected, event: SessionEvent, moment: Moment): SessionStatus {
  switch (event.type) {
    case "reserved":
      return untilTicketIsUsed(status, moment);
    case "opened":
    case "reported":
      return active(moment);
    // A viewer that came back and did not get through; the time since the last real one counts on.
    case "viewers-gone":
      return status;
    case "lease-expired":
      return ended("released", moment);
    case "end":
      return ended(event.reason, moment);
  }
}

/** A ticket that waits keeps the session too, when whoever is on it leaves. */
function atLeastUntil(status: Active, leaseExpiresAt: number): Active {
  return { ...status, leaseExpiresAt: Math.max(status.leaseExpiresAt, leaseExpiresAt) };
}

/** Whoever holds a ticket finds the session still there. */
function untilTicketIsUsed(status: Disconnected, { now }: Moment): Disconnected {
  if (status.leaseExpiresAt === undefined) return status;
  return { ...status, leaseExpiresAt: Math.max(status.leaseExpiresAt, now + READY_LEASE_MS) };
}

function ready({ now }: Moment): Ready {
  return { state: "ready", reason: "ticket_waiting", since: now, leaseExpiresAt: now + READY_LEASE_MS };
}

function active({ now }: Moment): Active {
  return { state: "active", reason: "viewer_connected", since: now, leaseExpiresAt: now + ACTIVE_LEASE_MS };
}

function disconnected(reason: EndReason, { now, release }: Moment): Disconnected {
  const { afterDisconnectMs } = release;
  const leaseExpiresAt = afterDisconnectMs === null ? undefined : now + afterDisconnectMs;
  return { state: "disconnected", reason, since: now, leaseExpiresAt };
}

function ended(reason: EndReason, { now }: Moment): Ended {
  return { state: "ended", reason, since: now, leaseExpiresAt: undefined };
}

/** Reads a status back from where it is kept; throws where no session can be like that. */
export function sessionStatusOf(kept: {
  readonly state: SessionStatus["state"];
  readonly reason: SessionStateReason;
  readonly since: number;
  readonly leaseExpiresAt: number | undefined;
}): SessionStatus {
  const { state, reason, since, leaseExpiresAt } = kept;
  const isWay = reason === "claimed" || reason === "ticket_waiting" || reason === "viewer_connected";
  if (state === "preparing" && reason === "claimed" && leaseExpiresAt !== undefined)
    return { state, reason, since, leaseExpiresAt };
  if (state === "ready" && reason === "ticket_waiting" && leaseExpiresAt !== undefined)
    return { state, reason, since, leaseExpiresAt };
  if (state === "active" && reason === "viewer_connected" && leaseExpiresAt !== undefined)
    return { state, reason, since, leaseExpiresAt };
  if (state === "disconnected" && !isWay) return { state, reason, since, leaseExpiresAt };
  if (state === "ended" && !isWay) return { state, reason, since, leaseExpiresAt: undefined };
  throw new Error(`no session can be ${state} because of ${reason}`);
}
