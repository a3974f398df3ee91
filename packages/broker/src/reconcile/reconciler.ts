/**
 * The loop that makes the database agree with what is: silent gateways, tickets nobody used, leases that ran
 * out, rights that went away while the broker was down, rows that are over.
 *
 * Every step can run at any time and any number of times. INVARIANT: a step that fails is logged and does not stop the
 * others, nor the loop.
 */
import { GATEWAY_SILENCE_MS, type Log, TICKET_LIFETIME_MS } from "@deskgate/contract";
import type { Clock } from "../domain/clock.ts";
import type { AuditService } from "../features/audit/service.ts";
import type { OtherHands } from "../features/events/other-hands.ts";
import type { MachineWaking } from "../features/machines/waking.ts";
import type { OverviewService } from "../features/overview/service.ts";
import type { ClosingNotices } from "../features/sessions/closing-notices.ts";
import type { SessionEnding } from "../features/sessions/ending.ts";
import type { PruneStore } from "../features/sessions/ports.ts";
import type { ConnectionTracking } from "../features/sessions/tracking.ts";
import type { Retention } from "../features/settings/ports.ts";
import type { OwnPasswords } from "../features/sign-in/own-passwords.ts";

const ROUND_INTERVAL_MS = 5_000;
const PRUNE_INTERVAL_MS = 10 * 60_000;

interface ReconcilerDeps {
  readonly tracking: ConnectionTracking;
  readonly ending: SessionEnding;
  readonly overview: OverviewService;
  readonly waking: Pick<MachineWaking, "sendAsked">;
  readonly notices: ClosingNotices;
  readonly gateways: { noticeSilence(): void };
  readonly otherHands: OtherHands;
  readonly pruning: PruneStore;
  readonly audit: Pick<AuditService, "prune">;
  readonly retention: Retention;
  readonly ownPasswords: OwnPasswords;
  readonly isSilent: (gatewayId: string) => boolean;
  /** Between the end of a round and the next. */
  readonly roundIntervalMs?: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export class Reconciler {
  readonly #deps: ReconcilerDeps;
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #prunedAt = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  /** The first call starts the loop, later ones change nothing. */
  start(): void {
    if (this.#timer === undefined) this.#plan();
  }

  /** Resolves once a round under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async runOnce(): Promise<void> {
    const { tracking, ending, overview, ownPasswords, isSilent, clock, waking, notices, gateways } =
      this.#deps;
    const { otherHands } = this.#deps;
    ownPasswords.dropExpired();
    gateways.noticeSilence();
    await this.#step("changes by other hands", () => otherHands.tell());
    await this.#step("machines to be woken", () => waking.sendAsked());
    await this.#step("silent gateways", () => tracking.endOnSilent(isSilent));
    await this.#step("unused tickets", () => ending.endNeverOpened(TICKET_LIFETIME_MS));
    await this.#step("removed rights", () => ending.endWithoutRight());
    await this.#step("closing windows", () => notices.send());
    await this.#step("closed windows", () => ending.endOutsideWindows());
    await this.#step("leases", () => ending.endLapsed(this.#haveGatewaysHadTime()));
    await this.#step("sessions curve", () => overview.sample());
    const now = clock.now();
    if (now < this.#prunedAt + PRUNE_INTERVAL_MS) return;
    this.#prunedAt = now;
    await this.#step("old rows", () => this.#prune(now));
  }

  async #prune(now: number): Promise<void> {
    const { pruning, audit, retention } = this.#deps;
    const { keepSessionsMs, keepAuditMs } = await retention.readRetention();
    await pruning.prune(now, keepSessionsMs);
    if (keepAuditMs !== undefined) await this.#step("old audit", () => audit.prune(now - keepAuditMs));
  }

  #plan(): void {
    if (this.#isStopped) return;
    const { roundIntervalMs = ROUND_INTERVAL_MS } = this.#deps;
    this.#timer = setTimeout(() => {
      this.#round = this.runOnce().finally(() => this.#plan());
    }, roundIntervalMs);
    this.#timer.unref();
  }

  /** Leases ran on while this broker was down; gateways that are still there renew theirs first. */
  #haveGatewaysHadTime(): boolean {
    return this.#startedAt + GATEWAY_SILENCE_MS <= this.#deps.clock.now();
  }

  async #step(detail: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      this.#deps.log.error({ detail, cause }, "Reconciling failed");
    }
  }
}
