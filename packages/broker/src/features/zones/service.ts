/** Zones as administrators look after them. */
import { DeskgateError } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { Zone, ZoneChange, ZoneStore } from "./ports.ts";

interface ZonesDeps {
  readonly store: ZoneStore;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
}

export class ZonesService {
  readonly #deps: ZonesDeps;

  constructor(deps: ZonesDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly Zone[]> {
    return this.#deps.store.list();
  }

  async find(zoneId: string): Promise<Zone> {
    const zone = await this.#deps.store.find(zoneId);
    if (!zone) throw new DeskgateError("not_found");
    return zone;
  }

  async create(fields: Pick<Zone, "name" | "description">, actor: Actor): Promise<Zone> {
    const zone = { ...fields, id: this.#deps.random.uuid(), createdAt: this.#deps.clock.now(), version: 1 };
    await this.#deps.audit.change(
      actor,
      () => this.#deps.store.create(zone),
      () => deedOn(zone.id, "zone.created", { name: zone.name }),
    );
    return zone;
  }

  async update(zoneId: string, change: ZoneChange, actor: Actor): Promise<Zone> {
    const { ifVersion: _, ...said } = change;
    const zone = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(zoneId, change),
      (changed) => (changed ? deedOn(zoneId, "zone.changed", said) : []),
    );
    if (!zone) throw new DeskgateError("not_found");
    return zone;
  }

  async remove(zoneId: string, actor: Actor, ifVersion: number | undefined): Promise<void> {
    const outcome = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(zoneId, ifVersion),
      (result) => (result === "removed" ? deedOn(zoneId, "zone.removed") : []),
    );
    if (outcome === "unknown") throw new DeskgateError("not_found");
    if (outcome === "in-use") throw new DeskgateError("still_in_use");
  }
}

function deedOn(zoneId: string, action: string, detail: Deed["detail"] = {}): Deed {
  return { action, subject: { kind: "zone", id: zoneId }, detail };
}
