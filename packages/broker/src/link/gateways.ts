/**
 * The gateways the broker knows: how to call them, what they last said, and whether they still say anything.
 *
 * Held in memory, because a gateway registers again with every broker that starts.
 */
import {
  type ConnectionReport,
  DeskgateError,
  type EndReason,
  GATEWAY_SILENCE_MS,
  type GatewayCalls,
  type Protocol,
  type Reservation,
  type Target,
} from "@deskgate/contract";
import { type GatewayFacts, serves } from "../domain/choosing.ts";
import type { Clock, Random } from "../domain/clock.ts";
import type { ReservationDesk } from "../features/desktops/ports.ts";
import type { WayProber } from "../features/explain/ports.ts";
import type { GatewayPresence, Presence } from "../features/gateways/ports.ts";
import type { ProbeResult, Prober, WakeResult, Waker } from "../features/machines/ports.ts";
import type { GatewayList } from "../features/overview/ports.ts";
import type { LiveNumbers, Revoker } from "../features/sessions/ports.ts";

/** Beyond this a call to a gateway counts as unanswered. */
const CALL_DEADLINE_MS = 5_000;
/** A probe waits for a machine that may drop packets. */
const PROBE_DEADLINE_MS = 20_000;

/** Why a link is closed from here. */
export type LinkClosing = "removed" | "replaced";

interface Gateway {
  readonly calls: GatewayCalls;
  readonly attachedAt: number;
  readonly close: (why: LinkClosing) => void;
  isRegistered: boolean;
  reports: ReadonlyMap<string, ConnectionReport>;
}

interface GatewaysDeps {
  readonly clock: Clock;
  readonly random: Random;
}

export class Gateways
  implements ReservationDesk, Prober, Waker, WayProber, Revoker, LiveNumbers, GatewayPresence, GatewayList
{
  readonly #deps: GatewaysDeps;
  readonly #attached = new Map<string, Gateway>();
  readonly #lastHeardAt = new Map<string, number>();
  readonly #zones = new Map<string, string>();
  readonly #startedAt: number;
  readonly #believedSilent = new Set<string>();
  #tellPresence: (gatewayId: string) => void = () => {};

  constructor(deps: GatewaysDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.now();
  }

  /** `listener` hears of every gateway that comes, goes, falls silent or speaks again. */
  onPresence(listener: (gatewayId: string) => void): void {
    this.#tellPresence = listener;
  }

  /** Looks which gateways have fallen silent or speak again; nobody says so by themselves. */
  noticeSilence(): void {
    for (const [id, { isRegistered }] of this.#attached) {
      const isSilent = isRegistered && this.isSilent(id);
      if (isSilent === this.#believedSilent.has(id)) continue;
      if (isSilent) this.#believedSilent.add(id);
      else this.#believedSilent.delete(id);
      this.#tellPresence(id);
    }
  }

  /** The returned function detaches exactly this one, not a later gateway by the same id. */
  attach(gatewayId: string, calls: GatewayCalls, close: (why: LinkClosing) => void = () => {}): () => void {
    const attachedAt = this.#deps.clock.now();
    const gateway: Gateway = { calls, attachedAt, close, isRegistered: false, reports: new Map() };
    this.#attached.get(gatewayId)?.close("replaced");
    this.#attached.set(gatewayId, gateway);
    return () => {
      if (this.#attached.get(gatewayId) === gateway) this.#forget(gatewayId);
    };
  }

  registered(gatewayId: string): void {
    const gateway = this.#attached.get(gatewayId);
    if (!gateway) throw new DeskgateError("no_gateway");
    gateway.isRegistered = true;
    this.#lastHeardAt.set(gatewayId, this.#deps.clock.now());
    this.#tellPresence(gatewayId);
  }

  reported(gatewayId: string, connections: readonly ConnectionReport[]): void {
    this.#lastHeardAt.set(gatewayId, this.#deps.clock.now());
    const gateway = this.#attached.get(gatewayId);
    if (!gateway) return;
    gateway.reports = new Map(connections.map((report) => [report.connectionId, report]));
  }

  /** A gateway not heard of since this broker started has the same time to show up. */
  isSilent(gatewayId: string): boolean {
    const lastHeardAt = this.#lastHeardAt.get(gatewayId) ?? this.#startedAt;
    return lastHeardAt + GATEWAY_SILENCE_MS <= this.#deps.clock.now();
  }

  presenceOf(gatewayId: string): Presence | undefined {
    const gateway = this.#attached.get(gatewayId);
    if (!gateway) return undefined;
    return {
      isSilent: !gateway.isRegistered || this.isSilent(gatewayId),
      openConnections: gateway.reports.size,
      connectedSince: gateway.attachedAt,
      lastHeardAt: this.#lastHeardAt.get(gatewayId) ?? gateway.attachedAt,
    };
  }

  sever(gatewayId: string, why: LinkClosing): void {
    const gateway = this.#attached.get(gatewayId);
    this.#forget(gatewayId);
    gateway?.close(why);
  }

  #forget(gatewayId: string): void {
    this.#attached.delete(gatewayId);
    this.#believedSilent.delete(gatewayId);
    this.#tellPresence(gatewayId);
  }

  setZone(gatewayId: string, zoneId: string | undefined): void {
    if (zoneId === undefined) this.#zones.delete(gatewayId);
    else this.#zones.set(gatewayId, zoneId);
  }

  findReport(connectionId: string): ConnectionReport | undefined {
    for (const { reports } of this.#attached.values()) {
      const report = reports.get(connectionId);
      if (report) return report;
    }
    return undefined;
  }

  /** Healthy, of the zone or of none, least loaded, random among equals. A machine without a zone is reached by all. */
  choose(zoneId?: string): string | undefined {
    const ready = this.listReady().filter((gateway) => serves(gateway, { zoneId }));
    const least = Math.min(...ready.map(({ connections }) => connections));
    const equals = ready.filter(({ connections }) => connections === least);
    const [byte = 0] = this.#deps.random.bytes(1);
    return equals[byte % Math.max(1, equals.length)]?.id;
  }

  listReady(): readonly GatewayFacts[] {
    return this.listAll()
      .filter(({ isReady }) => isReady)
      .map(({ id, connections }) => ({ id, zoneId: this.#zones.get(id), connections }));
  }

  listAll(): readonly { readonly id: string; readonly isReady: boolean; readonly connections: number }[] {
    return [...this.#attached].map(([id, { isRegistered, reports }]) => ({
      id,
      isReady: isRegistered && !this.isSilent(id),
      connections: reports.size,
    }));
  }

  async reserve(gatewayId: string, reservation: Reservation): Promise<void> {
    await withDeadline(this.#callsOf(gatewayId).reserve(reservation), CALL_DEADLINE_MS);
  }

  async revoke(gatewayId: string, connectionIds: readonly string[], reason: EndReason): Promise<void> {
    const request = { connectionIds: [...connectionIds], reason };
    await withDeadline(this.#callsOf(gatewayId).revoke(request), CALL_DEADLINE_MS);
  }

  async probe(target: Target, protocol: Protocol, zoneId?: string): Promise<ProbeResult> {
    const gatewayId = this.choose(zoneId);
    if (gatewayId === undefined) throw new DeskgateError("no_gateway");
    return this.probeBy(gatewayId, target, protocol);
  }

  async probeBy(gatewayId: string, target: Target, protocol: Protocol): Promise<ProbeResult> {
    try {
      return await withDeadline(this.#callsOf(gatewayId).probe({ target, protocol }), PROBE_DEADLINE_MS);
    } catch (cause) {
      throw new DeskgateError("no_gateway", { cause });
    }
  }

  async wakeBy(
    gatewayId: string,
    machine: { readonly macAddress: string; readonly host: string },
  ): Promise<WakeResult> {
    return withDeadline(this.#callsOf(gatewayId).wake(machine), CALL_DEADLINE_MS);
  }

  #callsOf(gatewayId: string): GatewayCalls {
    const gateway = this.#attached.get(gatewayId);
    if (!gateway) throw new DeskgateError("no_gateway");
    return gateway.calls;
  }
}

async function withDeadline<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
