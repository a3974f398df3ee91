/** One tunnel of a connection: dial, let the protocol speak, copy, until both legs are gone. */
import { type Admission, END_REASONS, type EndReason } from "@deskgate/contract";
import { dialTarget } from "../admission/dial-target.ts";
import type { JudgeIdentity } from "../admission/judge-identity.ts";
import { PROTOCOL_HANDLERS } from "../protocols/registry.ts";
import type { Leg } from "../relay/leg.ts";
import type { Pulse } from "../relay/pulse.ts";
import { type Activity, type Ending, Splice } from "../relay/splice.ts";
import type { Throttle } from "../relay/throttle.ts";
import type { TargetTls } from "../transport/tls-client.ts";

export interface TunnelParts {
  readonly admission: Admission;
  readonly viewer: Leg;
  readonly pulse: Pulse;
  readonly activity: Activity;
  readonly throttle: Throttle | undefined;
  readonly judgeIdentity: JudgeIdentity;
  readonly targetTls: TargetTls;
}

/** From the ticket to the first copied byte, on the machine's side. */
const OPENING_DEADLINE_MS = 15_000;
const KILL_DEADLINE_MS = 500;

export class Tunnel {
  readonly #parts: TunnelParts;
  /** Only while it opens: an idle tunnel shall not keep it. */
  #stopOpening: AbortController | undefined;
  #splice: Splice | undefined;
  #stoppedFor: Ending | undefined;
  targetConnectMs: number | undefined;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
  }

  get bytesToViewer(): number {
    return this.#splice?.bytesToViewer ?? 0;
  }

  get bytesToTarget(): number {
    return this.#splice?.bytesToTarget ?? 0;
  }

  get idleMs(): number {
    return Math.max(0, Math.round(this.#splice?.idleMs ?? 0));
  }

  get viewerRoundTripMs(): number | undefined {
    return this.#parts.viewer.roundTripMs;
  }

  get targetRoundTripMs(): number | undefined {
    return this.#splice?.targetRoundTripMs;
  }

  /** Begins the end; within a second both sockets are gone. */
  stop(ending: Ending): void {
    this.#stoppedFor ??= ending;
    this.#stopOpening?.abort(new Error(ending.reason));
    this.#splice?.end(ending, KILL_DEADLINE_MS);
  }

  /** Settles when both legs are gone. `onOpened`: the copying begins. */
  async run(onOpened: () => void): Promise<Ending> {
    const opened = await this.#open();
    if ("reason" in opened) return this.#turnAway(opened);
    this.#splice = opened;
    opened.start();
    // Stopped in the moment in which neither the opening nor the splice could be told.
    if (this.#stoppedFor) opened.end(this.#stoppedFor, KILL_DEADLINE_MS);
    onOpened();
    return opened.ended;
  }

  /** A splice ready to start, or the ending that prevents it. */
  async #open(): Promise<Splice | Ending> {
    const { admission, viewer, pulse, activity, throttle, judgeIdentity, targetTls } = this.#parts;
    const stopOpening = new AbortController();
    this.#stopOpening = stopOpening;
    const deadline = setTimeout(
      () => stopOpening.abort(new Error("machine took too long")),
      OPENING_DEADLINE_MS,
    );
    const { signal } = stopOpening;
    try {
      const dialled = await dialTarget(admission.target, signal);
      if ("failed" in dialled) return this.#ending(dialled.failed, dialled.detail);
      this.targetConnectMs = dialled.tookMs;
      const opened = await PROTOCOL_HANDLERS[admission.protocol].open({
        ...{ admission, viewer, target: dialled.connection, signal, judgeIdentity, targetTls },
        dialAgain: () => dialTarget(admission.target, signal),
      });
      if ("failed" in opened || this.#stoppedFor) {
        dialled.connection.abort();
        if ("failed" in opened) return this.#ending(opened.failed, opened.detail);
        opened.target.abort();
        return this.#ending("killed", "");
      }
      const early = opened.passOnEarly();
      if (early) {
        opened.target.abort();
        return this.#ending(early.failed, early.detail);
      }
      return new Splice(opened, { limits: admission.limits, pulse, activity, throttle });
    } finally {
      this.#stopOpening = undefined;
      clearTimeout(deadline);
    }
  }

  /** A stop during the opening explains every failure it caused. */
  #ending(reason: EndReason, detail: string): Ending {
    return this.#stoppedFor ?? { reason, detail };
  }

  /** Tells the viewer why nothing came of it, and waits until it is gone. */
  #turnAway(ending: Ending): Promise<Ending> {
    const { viewer } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<Ending>();
    const drop = setTimeout(() => viewer.abort(), KILL_DEADLINE_MS);
    const gone = () => {
      clearTimeout(drop);
      resolve(ending);
    };
    viewer.finish(END_REASONS[ending.reason].closeCode, ending.reason);
    viewer.receive({
      onBytes: () => {},
      onDrain: () => {},
      onEnd: () => {},
      onViolation: () => {},
      onFailed: () => {},
      onGone: gone,
    });
    viewer.resume();
    return promise;
  }
}
