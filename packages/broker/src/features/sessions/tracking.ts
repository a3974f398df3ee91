/**
 * What gateways say about connections, written down; where the database knows better, the gateway is told to let go.
 *
 * INVARIANT: a connection that has ended never becomes open again.
 */
import { type ConnectionReport, type EndReason, type Log, REPORT_INTERVAL_MS } from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import { type AuditService, PROGRAM } from "../audit/service.ts";
import type { Changes } from "../events/hub.ts";
import { endingDeeds, type SessionEnding } from "./ending.ts";
import type { TrackingStore } from "./ports.ts";

interface TrackingDeps {
  readonly store: TrackingStore;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly log: Log;
}

interface Opened {
  readonly gatewayId: string;
  readonly connectionId: string;
  readonly viewerAddress: string | undefined;
}

interface Closed {
  readonly gatewayId: string;
  readonly report: ConnectionReport;
  readonly reason: EndReason;
  readonly detail: string;
}

export class ConnectionTracking {
  readonly #deps: TrackingDeps;

  constructor(deps: TrackingDeps) {
    this.#deps = deps;
  }

  async opened({ gatewayId, connectionId, viewerAddress }: Opened): Promise<void> {
    const { store, ending, clock, log } = this.#deps;
    const outcome = await store.markOpened({ connectionId, gatewayId, viewerAddress, at: clock.now() });
    if (outcome.now === "open") {
      this.#deps.changes.changed("sessions");
      this.#deps.changes.changed("desktops");
      log.info({ connectionId, gatewayId, ...(viewerAddress ? { viewerAddress } : {}) }, "Connection opened");
      return;
    }
    log.warn({ connectionId, gatewayId, reason: outcome.reason }, "Connection opened that has ended already");
    await ending.revoke(gatewayId, [connectionId], outcome.reason);
  }

  async closed({ gatewayId, report, reason, detail }: Closed): Promise<void> {
    const { connectionId, bytesToViewer, bytesToTarget } = report;
    const ending = { at: this.#deps.clock.now(), reason, detail };
    const closed = { connectionId, gatewayId, bytesToViewer, bytesToTarget, ending };
    const { store, audit, changes, log } = this.#deps;
    const ended = await audit.change(
      PROGRAM,
      () => store.markClosed(closed),
      (result) => endingDeeds(result, reason),
    );
    if (ended.connections.length === 0) return;
    changes.changed("sessions");
    changes.changed("desktops");
    log.info({ connectionId, gatewayId, reason, detail, bytesToViewer, bytesToTarget }, "Connection ended");
    for (const { sessionId, userId } of ended.sessions)
      log.info({ sessionId, userId, reason }, "Session ended");
  }

  /**
   * A gateway is (again) there and names all it has: what was open and is not named has ended.
   *
   * A ticket that waits for its viewer stays good: a gateway that only lost its link still has the reservation, and one
   * that was restarted asks for the admission.
   */
  async registered(gatewayId: string, openConnectionIds: readonly string[]): Promise<void> {
    const live = await this.#deps.store.listLiveOn(gatewayId);
    const named = new Set(openConnectionIds);
    const lost = live.filter(({ connectionId, state }) => state === "open" && !named.has(connectionId));
    await this.#deps.ending.endLost(
      lost.map(({ connectionId }) => connectionId),
      "the gateway registered without this connection",
    );
    await this.#takeUp(gatewayId, openConnectionIds);
  }

  /** A gateway's heartbeat names all that is open on it. */
  async reported(gatewayId: string, openConnectionIds: readonly string[]): Promise<void> {
    const live = await this.#deps.store.listLiveOn(gatewayId);
    const named = new Set(openConnectionIds);
    // Two intervals: the report may have left before the connection was opened, or crossed the word of its end.
    const settledBefore = this.#deps.clock.now() - 2 * REPORT_INTERVAL_MS;
    const lost = live.filter(
      ({ connectionId, openedAt }) =>
        !named.has(connectionId) && openedAt !== undefined && openedAt < settledBefore,
    );
    await this.#deps.ending.endLost(
      lost.map(({ connectionId }) => connectionId),
      "the gateway no longer reports this connection",
    );
    const isOpenHere = new Set(
      live.filter(({ state }) => state === "open").map((known) => known.connectionId),
    );
    await this.#takeUp(
      gatewayId,
      openConnectionIds.filter((id) => !isOpenHere.has(id)),
    );
    await this.#deps.store.renewLeases(gatewayId, this.#deps.clock.now());
  }

  /** Connections a gateway has and the database did not know to be open. */
  async #takeUp(gatewayId: string, connectionIds: readonly string[]): Promise<void> {
    for (const connectionId of connectionIds)
      await this.opened({ gatewayId, connectionId, viewerAddress: undefined });
  }

  /** Ends what was on gateways that `isSilent`. */
  async endOnSilent(isSilent: (gatewayId: string) => boolean): Promise<void> {
    for (const gatewayId of await this.#deps.store.listGatewaysInUse()) {
      if (isSilent(gatewayId)) await this.endOn(gatewayId, "the gateway was silent for too long");
    }
  }

  /** Ends what was on a gateway that is gone. */
  async endOn(gatewayId: string, detail: string): Promise<void> {
    const live = await this.#deps.store.listLiveOn(gatewayId);
    if (live.length === 0) return;
    this.#deps.log.error({ gatewayId, count: live.length }, "Gateway lost");
    await this.#deps.ending.endLost(
      live.map(({ connectionId }) => connectionId),
      detail,
    );
  }
}
