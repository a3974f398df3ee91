/**
 * One connection from its admission to its end: its first tunnel, those that join it, and what the broker is told.
 *
 * The connection lives as long as its first tunnel; the others are metered, limited and ended with it.
 * INVARIANT: `connectionClosed` is told to the broker exactly once for every admission that was redeemed.
 */
import {
  type Admission,
  type BrokerCalls,
  END_REASONS,
  type EndReason,
  type Log,
  type Meter,
  type Protocol,
} from "@deskgate/contract";
import { identityJudge } from "../admission/judge-identity.ts";
import type { Reservations } from "../admission/reservations.ts";
import type { Leg } from "../relay/leg.ts";
import type { Pulse } from "../relay/pulse.ts";
import type { Activity, Ending } from "../relay/splice.ts";
import { Throttle } from "../relay/throttle.ts";
import type { TargetTls } from "../transport/tls-client.ts";
import type { ConnectionTable, LiveConnection } from "./table.ts";
import { Tunnel } from "./tunnel.ts";

export interface ServeContext {
  readonly gatewayId: string;
  readonly table: ConnectionTable;
  readonly reservations: Pick<Reservations, "end">;
  readonly broker: Pick<BrokerCalls, "connectionOpened" | "connectionClosed" | "judgeIdentity">;
  readonly pulse: Pulse;
  readonly targetTls: TargetTls;
  readonly meter: Pick<Meter, "connectionSetUp" | "connectionEnded" | "tunnelRefused">;
  readonly log: Log;
}

const MAX_DETAIL_CHARACTERS = 500;
/** LIMIT: tunnels of one connection at a time. */
const MAX_TUNNELS = 16;

/** Serves `viewer` until the connection has ended. Never rejects. */
export async function serveConnection(
  admission: Admission,
  viewer: Leg,
  context: ServeContext,
): Promise<void> {
  const live = new Serving(admission, viewer, context);
  context.table.add(live);
  const began = context.pulse.nowMs();
  const ending = await live.run();
  const report = live.report();
  const { connectionId, sessionId, protocol } = admission;
  const { bytesToViewer, bytesToTarget } = report;
  context.table.remove(admission.connectionId);
  context.meter.connectionEnded({ protocol, reason: ending.reason, bytesToViewer, bytesToTarget });
  context.reservations.end(admission.connectionId);
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

class Serving implements LiveConnection {
  readonly connectionId: string;
  readonly protocol: Protocol;
  readonly #admission: Admission;
  readonly #viewer: Leg;
  readonly #context: ServeContext;
  readonly #activity: Activity;
  readonly #throttle: Throttle | undefined;
  readonly #first: Tunnel;
  readonly #joined = new Map<Tunnel, Promise<void>>();
  /** Of joined tunnels that have ended. */
  #pastBytesToViewer = 0;
  #pastBytesToTarget = 0;
  readonly #beganMs: number;
  /** Why it ends, where that is not the first tunnel's own ending. */
  #ending: Ending | undefined;
  #isOver = false;

  constructor(admission: Admission, viewer: Leg, context: ServeContext) {
    this.connectionId = admission.connectionId;
    this.protocol = admission.protocol;
    this.#admission = admission;
    this.#viewer = viewer;
    this.#context = context;
    this.#beganMs = context.pulse.nowMs();
    this.#activity = { sinceMs: this.#beganMs };
    const { bytesPerSecond } = admission.limits;
    this.#throttle = 0 < bytesPerSecond ? new Throttle(bytesPerSecond, context.pulse.nowMs) : undefined;
    this.#first = this.#tunnel(viewer);
  }

  report() {
    const first = this.#first;
    const tunnels = [first, ...this.#joined.keys()];
    const sum = (count: (tunnel: Tunnel) => number) => tunnels.reduce((all, one) => all + count(one), 0);
    const { viewerRoundTripMs, targetRoundTripMs, targetConnectMs } = first;
    return {
      connectionId: this.connectionId,
      bytesToViewer: this.#pastBytesToViewer + sum((tunnel) => tunnel.bytesToViewer),
      bytesToTarget: this.#pastBytesToTarget + sum((tunnel) => tunnel.bytesToTarget),
      idleMs: Math.min(...tunnels.map((tunnel) => tunnel.idleMs)),
      ...(viewerRoundTripMs === undefined ? {} : { viewerRoundTripMs }),
      ...(targetRoundTripMs === undefined ? {} : { targetRoundTripMs }),
      ...(targetConnectMs === undefined ? {} : { targetConnectMs }),
    };
  }

  kill(reason: EndReason): void {
    this.#stopAll({ reason, detail: "ended by the broker" });
  }

  mayJoin(viewerAddress: string): boolean {
    return (
      !this.#isOver &&
      this.#admission.uses === "connection" &&
      viewerAddress === this.#viewer.remoteAddress &&
      1 + this.#joined.size < MAX_TUNNELS
    );
  }

  async join(viewer: Leg): Promise<void> {
    const tunnel = this.#tunnel(viewer);
    const served = this.#serve(tunnel, viewer, () => {}).then((ending) => {
      this.#joined.delete(tunnel);
      this.#pastBytesToViewer += tunnel.bytesToViewer;
      this.#pastBytesToTarget += tunnel.bytesToTarget;
      // A viewer may close one channel; whatever else happens to one leaves the desktop half dead.
      if (!END_REASONS[ending.reason].isBenign) this.#stopAll(ending);
    });
    this.#joined.set(tunnel, served);
    await served;
  }

  /** Settles when all tunnels are gone. Never rejects. */
  async run(): Promise<Ending> {
    const own = await this.#serve(this.#first, this.#viewer, () => this.#tellOpened());
    this.#isOver = true;
    const ending = this.#ending ?? own;
    for (const tunnel of this.#joined.keys()) tunnel.stop(ending);
    await Promise.all(this.#joined.values());
    return ending;
  }

  #stopAll(ending: Ending): void {
    this.#ending ??= ending;
    this.#isOver = true;
    for (const tunnel of [this.#first, ...this.#joined.keys()]) tunnel.stop(this.#ending);
  }

  #tunnel(viewer: Leg): Tunnel {
    const { pulse, targetTls, broker } = this.#context;
    const judgeIdentity = identityJudge(this.#admission, broker);
    const shared = { activity: this.#activity, throttle: this.#throttle };
    return new Tunnel({ admission: this.#admission, viewer, pulse, judgeIdentity, targetTls, ...shared });
  }

  #serve(tunnel: Tunnel, viewer: Leg, onOpened: () => void): Promise<Ending> {
    return tunnel.run(onOpened).catch((cause: unknown): Ending => {
      this.#context.log.error({ connectionId: this.connectionId, cause }, "Connection broke");
      viewer.abort();
      return { reason: "internal_error", detail: cause instanceof Error ? cause.message : "unknown" };
    });
  }

  #tellOpened(): void {
    const { broker, gatewayId, meter, pulse, log } = this.#context;
    meter.connectionSetUp(this.protocol, pulse.nowMs() - this.#beganMs);
    const { connectionId } = this;
    broker
      .connectionOpened({ gatewayId, connectionId, viewerAddress: this.#viewer.remoteAddress })
      .catch((cause: unknown) => log.error({ connectionId, cause }, "Broker not told of the connection"));
  }
}
