/**
 * The one copy loop: two legs, backpressure both ways, meters, limits, half-close, an end reason.
 *
 * It knows no protocol, no ticket and no user. A leg that cannot take more pauses the other; nothing is buffered beyond
 * what one read brings. INVARIANT: once an end has begun, its reason stays, and `ended` settles within the closing
 * deadline, whatever the peers do.
 */
import { END_REASONS, type EndReason, type Limits } from "@deskgate/contract";
import { Flow } from "./flow.ts";
import type { Leg, LegReceiver } from "./leg.ts";
import type { Pulse, Pulsed } from "./pulse.ts";
import type { Throttle } from "./throttle.ts";
import { isGoodBye } from "./websocket-leg.ts";

export interface Legs {
  readonly viewer: Leg;
  readonly target: Leg;
}

/** When the person last did something: one for all tunnels of a connection. */
export interface Activity {
  sinceMs: number;
}

interface SpliceOptions {
  readonly limits: Limits;
  readonly pulse: Pulse;
  readonly activity: Activity;
  /** One for all tunnels of a connection, too; `undefined` where it may go as fast as it can. */
  readonly throttle: Throttle | undefined;
}

export interface Ending {
  readonly reason: EndReason;
  /** The cause in words for the log and the administrator; never shown to the viewer. */
  readonly detail: string;
}

const PING_INTERVAL_MS = 5_000;
/** A viewer from which nothing came for this long, not even a pong, is gone. */
const SILENCE_LIMIT_MS = 60_000;
const CLOSING_DEADLINE_MS = 5_000;
/** Timers are no finer. */
const SHORTEST_REST_MS = 2;

export class Splice implements Pulsed {
  readonly #legs: Legs;
  readonly #limits: Limits;
  readonly #pulse: Pulse;
  readonly #viewerFlow: Flow;
  readonly #targetFlow: Flow;
  readonly #throttle: Throttle | undefined;
  #rest: NodeJS.Timeout | undefined;
  readonly #activity: Activity;
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #beganMs: number;
  #ending: Ending | undefined;
  #isViewerGone = false;
  #isTargetGone = false;
  #isDiscarding = false;
  #closingSinceMs = 0;
  #viewerBytesSeen = 0;
  #inputSeen = 0;
  #lastPingMs: number;
  #lastLifeMs: number;
  bytesToViewer = 0;
  bytesToTarget = 0;

  constructor(legs: Legs, { limits, pulse, activity, throttle }: SpliceOptions) {
    this.#legs = legs;
    this.#limits = limits;
    this.#pulse = pulse;
    this.#viewerFlow = new Flow(legs.viewer);
    this.#targetFlow = new Flow(legs.target);
    this.#throttle = throttle;
    this.#activity = activity;
    const now = pulse.nowMs();
    this.#beganMs = now;
    this.#lastLifeMs = now;
    this.#lastPingMs = now;
  }

  /** Settles when both legs are gone. */
  get ended(): Promise<Ending> {
    return this.#ended.promise;
  }

  /** Where the machine's leg can measure it. */
  get targetRoundTripMs(): number | undefined {
    return this.#legs.target.roundTripMs;
  }

  /** Milliseconds since the viewer last sent a byte, to the pulse's precision. */
  get idleMs(): number {
    return this.#inputCount === this.#inputSeen ? this.#pulse.nowMs() - this.#activity.sinceMs : 0;
  }

  get #inputCount(): number {
    return this.#legs.target.inputCount ?? this.bytesToTarget;
  }

  /** Joins the legs and starts both directions. */
  start(): void {
    this.#pulse.add(this);
    this.#legs.target.receive(this.#fromTarget());
    this.#legs.viewer.receive(this.#fromViewer());
    // A handshake before leaves its legs paused.
    this.#legs.target.resume();
    this.#legs.viewer.resume();
  }

  #fromTarget(): LegReceiver {
    const { viewer, target } = this.#legs;
    const isOwned = target.ownsBytes;
    return {
      onBytes: (block, from, to) => {
        this.bytesToViewer += to - from;
        if (this.#isDiscarding) return;
        if (!viewer.send(block, from, to, isOwned)) this.#targetFlow.hold("full");
        if (this.#throttle) this.#spend(this.#throttle, to - from);
      },
      onDrain: () => this.#viewerFlow.release("full"),
      onEnd: () => {
        this.#begin({ reason: "target_closed", detail: "target ended its stream" });
        this.#finish(viewer);
      },
      onViolation: (detail) => this.end({ reason: "target_protocol_error", detail }),
      onFailed: (failure) => this.end(failure),
      onGone: (cause) => {
        this.#isTargetGone = true;
        this.#begin(
          cause
            ? { reason: "target_lost", detail: cause.message }
            : { reason: "target_closed", detail: "target closed" },
        );
        this.#discard();
        this.#finish(viewer);
        this.#settle();
      },
    };
  }

  #fromViewer(): LegReceiver {
    const { viewer, target } = this.#legs;
    return {
      onBytes: (block, from, to) => {
        this.bytesToTarget += to - from;
        if (this.#isDiscarding) return;
        if (!target.send(block, from, to, viewer.ownsBytes)) this.#viewerFlow.hold("full");
        if (this.#throttle) this.#spend(this.#throttle, to - from);
      },
      onDrain: () => this.#targetFlow.release("full"),
      onEnd: (code) => {
        this.#begin(
          isGoodBye(code)
            ? { reason: "viewer_left", detail: "viewer closed" }
            : { reason: "viewer_lost", detail: `viewer closed with ${code}` },
        );
        this.#finish(target);
        if (!viewer.hasHalfClose) this.#finish(viewer);
      },
      onViolation: (detail) => this.end({ reason: "viewer_protocol_error", detail }),
      onFailed: (failure) => this.end(failure),
      onGone: (cause) => {
        this.#isViewerGone = true;
        this.#begin({
          reason: "viewer_lost",
          detail: cause?.message ?? "viewer went away without a good-bye",
        });
        this.#discard();
        viewer.abort();
        this.#finish(target);
        this.#settle();
      },
    };
  }

  /** Ends the tunnel for a reason of ours: both legs are told, and dropped when they do not follow in time. */
  end(ending: Ending, deadlineMs: number = CLOSING_DEADLINE_MS): void {
    this.#begin(ending);
    this.#discard();
    this.#finish(this.#legs.viewer);
    this.#finish(this.#legs.target);
    // The pulse is too slow for a kill, which must be done within a second.
    if (deadlineMs < CLOSING_DEADLINE_MS) setTimeout(() => this.#drop(), deadlineMs);
  }

  /** Both directions share one rate, so both rest. */
  #spend(throttle: Throttle, bytes: number): void {
    const restMs = throttle.spend(bytes);
    if (restMs < SHORTEST_REST_MS) return;
    this.#viewerFlow.hold("rate");
    this.#targetFlow.hold("rate");
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#viewerFlow.release("rate");
      this.#targetFlow.release("rate");
    }, restMs);
  }

  /** The first reason wins. */
  #begin(ending: Ending): void {
    if (this.#ending) return;
    this.#ending = ending;
    this.#closingSinceMs = this.#pulse.nowMs();
  }

  /** Whoever still sends has nobody to hear it: it is read to its end, so that its socket can close in order. */
  #discard(): void {
    this.#isDiscarding = true;
    clearTimeout(this.#rest);
    this.#viewerFlow.releaseAll();
    this.#targetFlow.releaseAll();
  }

  /** Says good-bye on one leg, after what is queued there. */
  #finish(leg: Leg): void {
    const reason = this.#ending?.reason ?? "internal_error";
    leg.finish(END_REASONS[reason].closeCode, reason);
  }

  onPulse(nowMs: number): void {
    if (this.#ending) {
      if (CLOSING_DEADLINE_MS <= nowMs - this.#closingSinceMs) this.#drop();
      return;
    }
    this.#noteActivity(nowMs);
    const { idleMs, absoluteMs } = this.#limits;
    if (0 < idleMs && idleMs <= nowMs - this.#activity.sinceMs)
      this.end({ reason: "idle_limit", detail: `no viewer input for ${idleMs} ms` });
    else if (0 < absoluteMs && absoluteMs <= nowMs - this.#beganMs)
      this.end({ reason: "time_limit", detail: `open for ${absoluteMs} ms` });
    else if (SILENCE_LIMIT_MS <= nowMs - this.#lastLifeMs) {
      this.end({ reason: "viewer_lost", detail: `nothing from the viewer for ${SILENCE_LIMIT_MS} ms` });
    } else if (PING_INTERVAL_MS <= nowMs - this.#lastPingMs) {
      this.#lastPingMs = nowMs;
      this.#legs.viewer.ping(nowMs);
      this.#legs.target.ping(nowMs);
    }
  }

  #noteActivity(nowMs: number): void {
    if (this.#inputCount !== this.#inputSeen) {
      this.#inputSeen = this.#inputCount;
      this.#activity.sinceMs = nowMs;
    }
    if (this.bytesToTarget !== this.#viewerBytesSeen) {
      this.#viewerBytesSeen = this.bytesToTarget;
      this.#lastLifeMs = nowMs;
      // Only here, because it costs a tenth of a set-up, and most tunnels of a morning's rush are idle at first.
      if (this.#legs.viewer.ownsBytes) this.#legs.viewer.lend();
    }
    this.#lastLifeMs = Math.max(this.#lastLifeMs, this.#legs.viewer.lastPongMs ?? 0);
  }

  #drop(): void {
    this.#legs.viewer.abort();
    this.#legs.target.abort();
  }

  #settle(): void {
    if (!this.#isViewerGone || !this.#isTargetGone || !this.#ending) return;
    this.#pulse.remove(this);
    this.#ended.resolve(this.#ending);
  }
}
