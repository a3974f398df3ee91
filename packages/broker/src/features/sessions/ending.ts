/**
 * The one place where sessions, connections and sign-ins are ended from the broker's side.
 *
 * INVARIANT: the database comes first, the gateways second. A viewer that reconnects in between meets a burnt ticket, so
 * kill beats reconnect.
 */
import { DeskgateError, type EndReason, type Log, type Protocol, SHOWS_ONE_VIEWER } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Faults } from "../../domain/faults.ts";
import { OPENING_GRACE_MS } from "../../domain/session.ts";
import { type AuditService, type Deed, PROGRAM } from "../audit/service.ts";
import type { Changes } from "../events/hub.ts";
import type { Ended, Ending, EndingStore, Revoker } from "./ports.ts";

interface SessionEndingDeps {
  readonly store: EndingStore;
  readonly gateways: Revoker;
  readonly audit: AuditService;
  readonly ownPasswords: PasswordKeeper;
  readonly changes: Changes;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly log: Log;
}

/** Holds what a sign-in brought along, as long as it lives. */
interface PasswordKeeper {
  drop(signInId: string): void;
  dropOf(userId: string, except?: string): void;
}

interface Taking {
  readonly sessionId: string;
  readonly connectionId: string;
  readonly protocol: Protocol;
}

export class SessionEnding {
  readonly #deps: SessionEndingDeps;

  constructor(deps: SessionEndingDeps) {
    this.#deps = deps;
  }

  /** Whether there was a live session by that id. */
  kill(sessionId: string, actor: Actor): Promise<boolean> {
    const by = actor.name;
    return this.#endSession(sessionId, { ...this.#ending("killed", `killed by ${by}`), by }, actor);
  }

  /** Whether there was a live session by that id. */
  endByPerson(sessionId: string, actor: Actor): Promise<boolean> {
    return this.#endSession(sessionId, { ...this.#ending("ended_by_person"), by: actor.name }, actor);
  }

  /** `by`: whose doing it is, and how the audit words it, where it is not the program's. */
  async endSignIn(signInId: string, by?: { readonly actor: Actor; readonly deed: Deed }): Promise<void> {
    const { ownPasswords, store, audit } = this.#deps;
    const ending = this.#ending("signed_out");
    ownPasswords.drop(signInId);
    const ended = await audit.change(
      by?.actor ?? PROGRAM,
      () => store.endSignIn(signInId, ending),
      (result) => [...endingDeeds(result, ending.reason), ...(by ? [by.deed] : [])],
    );
    await this.#withdraw(ended, ending);
  }

  async endSignInsOf(userId: string, except?: string): Promise<void> {
    const ending = this.#ending("signed_out");
    this.#deps.ownPasswords.dropOf(userId, except);
    const ended = await this.#end(ending, () => this.#deps.store.endSignInsOf({ userId, except }, ending));
    await this.#withdraw(ended, ending);
  }

  /** Ends whatever its user may no longer have. Call it after every change to users, groups, machines, entitlements. */
  async endWithoutRight(): Promise<void> {
    const ending = this.#ending("access_removed");
    await this.#withdraw(
      await this.#end(ending, () => this.#deps.store.endSessionsWithoutRight(ending)),
      ending,
    );
  }

  /** Ends what is open beyond the hours of every entitlement it could rest on. */
  async endOutsideWindows(): Promise<void> {
    const ending = this.#ending("window_closed");
    await this.#withdraw(
      await this.#end(ending, () => this.#deps.store.endSessionsOutsideWindows(ending)),
      ending,
    );
  }

  /** For connections whose gateway is gone: there is nobody to tell. */
  async endLost(connectionIds: readonly string[], detail: string): Promise<void> {
    if (connectionIds.length === 0) return;
    const ending = this.#ending("gateway_lost", detail);
    this.#tell(await this.#end(ending, () => this.#deps.store.endConnections(connectionIds, ending)), ending);
  }

  /** For a connection that no gateway took. */
  async endUnreserved(connectionId: string, detail: string): Promise<void> {
    const ending = this.#ending("never_opened", detail);
    this.#tell(
      await this.#end(ending, () => this.#deps.store.endConnections([connectionId], ending)),
      ending,
    );
  }

  /** The person comes by another window or sign-in, where the machine shows its session to one viewer at a time. */
  async takeOver({ sessionId, connectionId, protocol }: Taking): Promise<void> {
    if (!SHOWS_ONE_VIEWER[protocol]) return;
    const ending = this.#ending("taken_over", "another viewer was opened");
    const others = { sessionId, protocol, except: connectionId };
    await this.#withdraw(await this.#deps.store.endOtherConnections(others, ending), ending);
  }

  async endNeverOpened(ticketLifetimeMs: number): Promise<void> {
    const ending = this.#ending("never_opened");
    const createdBefore = ending.at - ticketLifetimeMs - OPENING_GRACE_MS;
    // Asked every few seconds, and mostly in vain.
    if (!(await this.#deps.store.hasNeverOpened(createdBefore))) return;
    const ended = await this.#end(ending, () => this.#deps.store.endNeverOpened(createdBefore, ending));
    await this.#withdraw(ended, ending);
  }

  /** Sessions that nobody was heard of for the time of their lease; `mayJudgeActive` once gateways had time to speak. */
  async endLapsed(mayJudgeActive: boolean): Promise<void> {
    const at = this.#deps.clock.now();
    const detail = "the session's lease ran out";
    for (const sessionId of await this.#deps.store.listLapsing(at, mayJudgeActive)) {
      // One at a time: a crowd of leases that ran out while the broker was down is no reason to keep others waiting.
      const { reason, ...ended } = await this.#deps.audit.change(
        PROGRAM,
        () => this.#deps.store.lapse(sessionId, at),
        (lapsed) => endingDeeds(lapsed, lapsed.reason),
      );
      await this.#withdraw(ended, { at, reason, detail });
    }
  }

  /** Has gateways drop connections that the database ended already. */
  async revoke(gatewayId: string, connectionIds: readonly string[], reason: EndReason): Promise<void> {
    try {
      await this.#deps.gateways.revoke(gatewayId, connectionIds, reason);
    } catch (cause) {
      const fields = { gatewayId, reason, cause, count: connectionIds.length };
      if (cause instanceof DeskgateError && cause.code === "no_gateway") {
        // As for a verb of the command line beside the server: the gateway's next report there ends them.
        this.#deps.log.warn(fields, "Gateway is not connected here");
        return;
      }
      this.#deps.log.error(fields, "Gateway did not withdraw connections");
    }
  }

  /** Ends sessions and records each, both or neither. */
  #end(ending: Ending, end: () => Promise<Ended>, actor: Actor = PROGRAM): Promise<Ended> {
    return this.#deps.audit.change(actor, end, (ended) => endingDeeds(ended, ending.reason));
  }

  async #endSession(sessionId: string, ending: Ending, actor: Actor): Promise<boolean> {
    const ended = await this.#end(ending, () => this.#deps.store.endSession(sessionId, ending), actor);
    await this.#withdraw(ended, ending);
    return ended.sessions.length > 0;
  }

  #ending(reason: EndReason, detail = ""): Ending {
    return { at: this.#deps.clock.now(), reason, detail };
  }

  async #withdraw(ended: Ended, ending: Ending): Promise<void> {
    if (ended.sessions.length + ended.connections.length === 0) return;
    await this.#deps.faults.reach("ending:committed");
    this.#tell(ended, ending);
    const byGateway = Map.groupBy(ended.connections, (connection) => connection.gatewayId);
    const calls = [...byGateway].map(([gatewayId, connections]) =>
      this.revoke(
        gatewayId,
        connections.map((connection) => connection.connectionId),
        ending.reason,
      ),
    );
    await Promise.all(calls);
    await this.#deps.faults.reach("ending:withdrawn");
  }

  #tell(ended: Ended, { reason, detail }: Ending): void {
    for (const { sessionId, userId } of ended.sessions) {
      this.#deps.log.info({ sessionId, userId, reason }, "Session ended");
      this.#deps.changes.changed("sessions", sessionId);
    }
    if (ended.connections.length > 0) this.#deps.changes.changed("sessions");
    if (ended.sessions.length > 0) this.#deps.changes.changed("desktops");
    for (const { connectionId, gatewayId } of ended.connections)
      this.#deps.log.info({ connectionId, gatewayId, reason, detail }, "Connection ended");
  }
}

/** How the audit words the end of sessions. */
export function endingDeeds({ sessions }: Ended, reason: EndReason): readonly Deed[] {
  return sessions.map(({ sessionId, userId }) => {
    const subject = { kind: "session", id: sessionId };
    return { action: "session.ended", subject, detail: { reason, userId } };
  });
}
