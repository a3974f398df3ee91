/**
 * One connection from its admission to its end: dial, let the protocol speak, copy, report.
 *
 * INVARIANT: `connectionClosed` is told to the broker exactly once for every admission that was redeemed.
 */
import { type Admission, type BrokerCalls, END_REASONS, type EndReason, type Log } from "@deskgate/contract";
import { dialTarget } from "../admission/dial-target.ts";
import { identityJudge } from "../admission/judge-identity.ts";
import { PROTOCOL_HANDLERS } from "../protocols/registry.ts";
import type { Leg } from "../relay/leg.ts";
import type { Pulse } from "../relay/pulse.ts";
import { type Ending, Splice } from "../relay/splice.ts";
import type { TargetTls } from "../transport/tls-client.ts";
import type { ConnectionTable } from "./table.ts";

export interface ServeContext {
  readonly gatewayId: string;
  readonly table: ConnectionTable;
  readonly broker: Pick<BrokerCalls, "connectionOpened" | "connectionClosed" | "judgeIdentity">;
  readonly pulse: Pulse;
  readonly targetTls: TargetTls;
  readonly log: Log;
}

/** From the ticket to the first copied byte, on the machine's side. */
const OPENING_DEADLINE_MS = 15_000;
const KILL_DEADLINE_MS = 500;
const MAX_DETAIL_CHARACTERS = 500;

/** Serves `viewer` until the connection has ended. Never rejects. */
export async function serveConnection(
  admission: Admission,
  viewer: Leg,
  context: ServeContext,
): Promise<void> {
  const live = new Serving(admission, viewer, context);
  context.table.add(live);
  const began = context.pulse.nowMs();
  const ending = await live.run().catch((cause: unknown): Ending => {
    context.log.error({ connectionId: admission.connectionId, cause }, "Connection broke");
    viewer.abort();
    return { reason: "internal_error", detail: cause instanceof Error ? cause.message : "unknown" };
  });
  context.table.remove(admission.connectionId);
  const report = live.report();
  const { connectionId, sessionId, protocol } = admission;
  const { bytesToViewer, bytesToTarget } = report;
  const level = END_REASONS[ending.reason].isBenign ? "info" : "warn";
  context.log[level](
    {
      connectionId,
      sessionId,
      protocol,
      reason: ending.reason,
      detail: ending.detail,
      bytesToViewer,
      bytesToTarget,
      durationMs: Math.round(context.pulse.nowMs() - began),
    },
    "Connection ended",
  );
  await context.broker
    .connectionClosed({
      gatewayId: context.gatewayId,
      report,
      reason: ending.reason,
      detail: ending.detail.slice(0, MAX_DETAIL_CHARACTERS),
    })
    .catch((cause: unknown) => context.log.error({ connectionId, cause }, "Broker not told of the end"));
}

class Serving {
  readonly connectionId: string;
  readonly #admission: Admission;
  readonly #viewer: Leg;
  readonly #context: ServeContext;
  readonly #stopOpening = new AbortController();
  #splice: Splice | undefined;
  #killedFor: EndReason | undefined;
  #targetConnectMs: number | undefined;

  constructor(admission: Admission, viewer: Leg, context: ServeContext) {
    this.connectionId = admission.connectionId;
    this.#admission = admission;
    this.#viewer = viewer;
    this.#context = context;
  }

  report() {
    const viewerRoundTripMs = this.#viewer.roundTripMs;
    const targetRoundTripMs = this.#splice?.targetRoundTripMs;
    return {
      connectionId: this.connectionId,
      bytesToViewer: this.#splice?.bytesToViewer ?? 0,
      bytesToTarget: this.#splice?.bytesToTarget ?? 0,
      idleMs: Math.max(0, Math.round(this.#splice?.idleMs ?? 0)),
      ...(viewerRoundTripMs === undefined ? {} : { viewerRoundTripMs }),
      ...(targetRoundTripMs === undefined ? {} : { targetRoundTripMs }),
      ...(this.#targetConnectMs === undefined ? {} : { targetConnectMs: this.#targetConnectMs }),
    };
  }

  kill(reason: EndReason): void {
    this.#killedFor ??= reason;
    this.#stopOpening.abort(new Error(reason));
    this.#splice?.end({ reason, detail: "ended by the broker" }, KILL_DEADLINE_MS);
  }

  async run(): Promise<Ending> {
    const opened = await this.#open();
    if ("reason" in opened) return this.#turnAway(opened);
    const { connectionId } = this;
    this.#splice = opened;
    opened.start();
    this.#context.broker
      .connectionOpened({
        gatewayId: this.#context.gatewayId,
        connectionId,
        viewerAddress: this.#viewer.remoteAddress,
      })
      .catch((cause: unknown) =>
        this.#context.log.error({ connectionId, cause }, "Broker not told of the connection"),
      );
    return opened.ended;
  }

  /** A splice ready to start, or the ending that prevents it. */
  async #open(): Promise<Splice | Ending> {
    const deadline = setTimeout(
      () => this.#stopOpening.abort(new Error("machine took too long")),
      OPENING_DEADLINE_MS,
    );
    const { signal } = this.#stopOpening;
    try {
      const dialled = await dialTarget(this.#admission.target, signal);
      if ("failed" in dialled) return this.#ending(dialled.failed, dialled.detail);
      this.#targetConnectMs = dialled.tookMs;
      const { protocol, limits } = this.#admission;
      const opened = await PROTOCOL_HANDLERS[protocol].open({
        admission: this.#admission,
        viewer: this.#viewer,
        target: dialled.connection,
        signal,
        judgeIdentity: identityJudge(this.#admission, this.#context.broker),
        targetTls: this.#context.targetTls,
      });
      if ("failed" in opened || this.#killedFor) {
        dialled.connection.abort();
        return "failed" in opened ? this.#ending(opened.failed, opened.detail) : this.#ending("killed", "");
      }
      opened.passOnEarly();
      return new Splice(opened, limits, this.#context.pulse);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** A kill during the opening explains every failure it caused. */
  #ending(reason: EndReason, detail: string): Ending {
    return this.#killedFor
      ? { reason: this.#killedFor, detail: "ended by the broker while opening" }
      : { reason, detail };
  }

  /** Tells the viewer why nothing came of it, and waits until it is gone. */
  #turnAway(ending: Ending): Promise<Ending> {
    const { promise, resolve } = Promise.withResolvers<Ending>();
    const drop = setTimeout(() => this.#viewer.abort(), KILL_DEADLINE_MS);
    const gone = () => {
      clearTimeout(drop);
      resolve(ending);
    };
    this.#viewer.finish(END_REASONS[ending.reason].closeCode, ending.reason);
    this.#viewer.receive({
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => {},
      onViolation: () => {},
      onFailed: () => {},
      onGone: gone,
    });
    this.#viewer.resume();
    return promise;
  }
}
