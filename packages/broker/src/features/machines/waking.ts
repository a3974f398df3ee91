/**
 * Machines switched on by Wake-on-LAN: because an administrator says so, or because somebody wants to connect to one that
 * is off.
 *
 * The wish goes to the database first and is taken from there by a broker that has gateways: the command line has none.
 * INVARIANT: one packet per machine and gateway in {@link WAKE_INTERVAL_MS}, whoever asks and however often.
 */
import { DeskgateError, type Log } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import { type GatewayFacts, serves } from "../../domain/choosing.ts";
import type { Clock } from "../../domain/clock.ts";
import type { AuditService } from "../audit/service.ts";
import type { MachineHealth } from "./health.ts";
import type { Sleeper, WakeAsked, Waker, WakeStore } from "./ports.ts";

interface MachineWakingDeps {
  readonly wishes: WakeStore;
  readonly gateways: Waker;
  readonly health: Pick<MachineHealth, "hurry">;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly log: Log;
}

export const WAKE_INTERVAL_MS = 10_000;
/** A wish that no gateway could fulfil for so long is forgotten. */
export const WISH_LIFETIME_MS = 60_000;
/** LIMIT: gateways that send for one machine. */
const MAX_GATEWAYS = 8;

interface SentBy {
  readonly id: string;
  readonly sentTo: string;
}

export interface Woken {
  readonly state: "sent" | "waiting";
  readonly gateways: readonly SentBy[];
}

export class MachineWaking {
  readonly #deps: MachineWakingDeps;

  constructor(deps: MachineWakingDeps) {
    this.#deps = deps;
  }

  /** Throws `machine_mac_missing`, `too_many_requests`, and `no_gateway` where those that should send could not. */
  async wake(machineId: string, actor: Actor): Promise<Woken> {
    const asked = await this.#ask(machineId, actor, {});
    switch (asked.is) {
      case "unknown":
        throw new DeskgateError("not_found");
      case "no-mac-address":
        throw new DeskgateError("machine_mac_missing");
      case "too-soon": {
        const retryAfterSeconds = Math.ceil(Math.max(1, asked.again - this.#deps.clock.now()) / 1000);
        throw new DeskgateError("too_many_requests", { retryAfterSeconds });
      }
      case "asked": {
        const gateways = (await this.sendAsked()).get(machineId);
        if (gateways?.length === 0) throw new DeskgateError("no_gateway");
        return gateways ? { state: "sent", gateways } : { state: "waiting", gateways: [] };
      }
    }
  }

  /** For somebody who wants to connect. Whether the machine was told to start, now or a moment ago. */
  async wakeFor(actor: Actor, machineId: string, poolId: string): Promise<boolean> {
    const asked = await this.#ask(machineId, actor, { poolId });
    if (asked.is === "too-soon") return true;
    if (asked.is !== "asked") return false;
    const gateways = (await this.sendAsked()).get(machineId);
    return gateways === undefined || gateways.length > 0;
  }

  /** Sends what is wished for and what a ready gateway can send; by machine, which gateways have. */
  async sendAsked(): Promise<ReadonlyMap<string, readonly SentBy[]>> {
    const { wishes, gateways, clock } = this.#deps;
    const asked = await wishes.listAsked(clock.now() - WISH_LIFETIME_MS);
    if (asked.length === 0) return new Map();
    const ready = await wishes.placeGateways(gateways.listReady());
    const sent = new Map<string, readonly SentBy[]>();
    for (const sleeper of asked) {
      const serving = ready.filter((gateway) => serves(gateway, sleeper)).slice(0, MAX_GATEWAYS);
      if (serving.length === 0 || !(await wishes.take(sleeper.machineId, clock.now()))) continue;
      sent.set(sleeper.machineId, await this.#send(sleeper, serving));
    }
    return sent;
  }

  async #send(
    { machineId, macAddress, host }: Sleeper,
    serving: readonly GatewayFacts[],
  ): Promise<readonly SentBy[]> {
    const { gateways, health, log } = this.#deps;
    const sends = serving.map(async ({ id }): Promise<readonly SentBy[]> => {
      try {
        const { isSent, sentTo, detail } = await gateways.wakeBy(id, { macAddress, host });
        if (isSent) return [{ id, sentTo }];
        log.warn({ gatewayId: id, machineId, detail }, "Wake packet was not sent");
      } catch (cause) {
        log.warn({ gatewayId: id, machineId, cause }, "Gateway did not wake a machine");
      }
      return [];
    });
    const sentBy = (await Promise.all(sends)).flat();
    if (sentBy.length > 0) health.hurry(machineId);
    for (const { id, sentTo } of sentBy)
      log.info({ gatewayId: id, machineId, detail: `to ${sentTo}` }, "Wake packet sent");
    return sentBy;
  }

  #ask(machineId: string, actor: Actor, detail: Readonly<Record<string, unknown>>): Promise<WakeAsked> {
    const { wishes, audit, clock } = this.#deps;
    const subject = { kind: "machine", id: machineId };
    return audit.change(
      actor,
      () => wishes.ask(machineId, { at: clock.now(), intervalMs: WAKE_INTERVAL_MS }),
      ({ is }) => (is === "asked" ? { action: "machine.woken", subject, detail } : []),
    );
  }
}
