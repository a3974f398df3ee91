/** What looking after sessions needs of others. */
import type { ConnectionReport, EndReason, Protocol, SessionState } from "@deskgate/contract";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Connection, Session, SessionMessage, SessionStoryEvent } from "../../domain/session.ts";

export type SessionSort = "startedAt" | "userName" | "machineName";

export interface SessionFilter {
  readonly state: SessionState | "live";
  readonly userId?: string | undefined;
  readonly poolId?: string | undefined;
  readonly machineId?: string | undefined;
  /** Sessions that had not ended before it. */
  readonly from?: number | undefined;
  /** Sessions that began before it. */
  readonly to?: number | undefined;
}

/** When and why something ends. */
export interface Ending {
  readonly at: number;
  readonly reason: EndReason;
  readonly detail: string;
  /** The name of the person who ended it, where one did. */
  readonly by?: string;
}

export interface Ended {
  readonly sessions: readonly { readonly sessionId: string; readonly userId: string }[];
  readonly connections: readonly { readonly connectionId: string; readonly gatewayId: string }[];
}

/**
 * INVARIANT: each call is one transaction that burns the tickets and ends the connections (and sessions) it names, so
 * that nothing can be opened once it has returned. What had ended before is left as it was, and not named.
 */
export interface EndingStore {
  endSession(sessionId: string, ending: Ending): Promise<Ended>;
  /**
   * The sign-in and the connections opened from it; the sessions stay, but for those of pools that release at sign-out
   * and that nobody else looks at.
   */
  endSignIn(signInId: string, ending: Ending): Promise<Ended>;
  /** All sign-ins of a user but one. */
  endSignInsOf(
    who: { readonly userId: string; readonly except: string | undefined },
    ending: Ending,
  ): Promise<Ended>;
  /** Every live session whose user is disabled, or whose pool or machine is no longer theirs. */
  endSessionsWithoutRight(ending: Ending): Promise<Ended>;
  /** Open sessions whose user is entitled to the pool, but by no entitlement that is open at the moment of the ending. */
  endSessionsOutsideWindows(ending: Ending): Promise<Ended>;
  /** Sessions that the call above would end within `horizonMs` from `at`, and when. */
  listClosing(at: number, horizonMs: number): Promise<readonly ClosingSession[]>;
  endConnections(connectionIds: readonly string[], ending: Ending): Promise<Ended>;
  /** All live connections of a session by a protocol but one. */
  endOtherConnections(
    which: { readonly sessionId: string; readonly protocol: Protocol; readonly except: string },
    ending: Ending,
  ): Promise<Ended>;
  /** Reserved connections made before `createdBefore`. */
  /** Whether {@link endNeverOpened} would find anything. */
  hasNeverOpened(createdBefore: number): Promise<boolean>;
  endNeverOpened(createdBefore: number, ending: Ending): Promise<Ended>;
  /** Ids of the sessions whose lease has run out. */
  listLapsing(at: number, mayJudgeActive: boolean): Promise<readonly string[]>;
  /** A session whose lease has run out takes its next step; connections that rest on it end. */
  lapse(sessionId: string, at: number): Promise<Lapsed>;
}

/** What a lease that ran out has ended. */
export type Lapsed = Ended & { readonly reason: EndReason };

/** A session that the hours of every entitlement it could rest on end for. */
export interface ClosingSession {
  readonly sessionId: string;
  readonly closesAt: number;
}

export interface SessionStore {
  listSessions(request: PageRequest<SessionSort>, filter: SessionFilter): Promise<Page<Session>>;
  findSession(sessionId: string): Promise<Session | undefined>;
  listConnections(sessionIds: readonly string[]): Promise<readonly Connection[]>;
  findConnection(connectionId: string): Promise<Connection | undefined>;
  /** Oldest first. */
  readStory(sessionId: string): Promise<readonly SessionStoryEvent[]>;
}

export interface MessageStore {
  /** `sender` is who the story names. False where there is no such live session. */
  send(sessionId: string, message: SessionMessage, sender: string): Promise<boolean>;
  /** The program's own word, written once by its id. Whether it was written now. */
  notify(sessionId: string, notice: SessionMessage): Promise<boolean>;
  /** What the connection's viewer is to show: what came since it was made, and what no viewer has shown yet. */
  take(connection: Connection, at: number): Promise<readonly SessionMessage[]>;
}

/** What a gateway's word on a connection met in the database. */
export type OpeningOutcome =
  | { readonly now: "open" }
  | { readonly now: "not-allowed"; readonly reason: EndReason };

export interface LiveConnection {
  readonly connectionId: string;
  readonly state: "reserved" | "open";
  readonly openedAt: number | undefined;
}

export interface ClosedConnection {
  readonly connectionId: string;
  readonly gatewayId: string;
  readonly bytesToViewer: number;
  readonly bytesToTarget: number;
  readonly ending: Ending;
}

export interface TrackingStore {
  markOpened(opened: {
    readonly connectionId: string;
    readonly gatewayId: string;
    readonly viewerAddress: string | undefined;
    readonly at: number;
  }): Promise<OpeningOutcome>;
  /** The connection if it was still live, and its session where that never had a viewer. */
  markClosed(closed: ClosedConnection): Promise<Ended>;
  listLiveOn(gatewayId: string): Promise<readonly LiveConnection[]>;
  /** Sessions with a viewer on this gateway live on. */
  renewLeases(gatewayId: string, at: number): Promise<void>;
  /** Gateways that live connections are on. */
  listGatewaysInUse(): Promise<readonly string[]>;
}

export interface Revoker {
  /** Closes live tunnels and burns reservations. Throws where the gateway does not answer. */
  revoke(gatewayId: string, connectionIds: readonly string[], reason: EndReason): Promise<void>;
}

export interface LiveNumbers {
  findReport(connectionId: string): ConnectionReport | undefined;
}

/** Deletes what is over and no longer of interest. */
export interface PruneStore {
  /** Ended sessions are kept for as long as `keepSessionsMs`. */
  prune(now: number, keepSessionsMs: number): Promise<void>;
}
