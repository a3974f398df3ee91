/** Pools as administrators look after them. */
import { DeskgateError, type PoolOccupancy, type PoolPolicy, type Release } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Pool, PoolAssignment } from "../../domain/pool.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { PoolStore } from "./ports.ts";

interface PoolsDeps {
  readonly store: PoolStore;
  readonly ending: SessionEnding;
  readonly audit: AuditService;
  readonly clock: Clock;
  readonly random: Random;
}

interface PoolFields {
  readonly name: string;
  readonly description: string;
  readonly kind: "dedicated" | "floating";
  readonly machineIds: readonly string[];
  readonly release: Release;
}

type PoolFieldChange = {
  readonly [Name in "name" | "description" | "release"]?: PoolFields[Name] | undefined;
};

export class PoolsService {
  readonly #deps: PoolsDeps;

  constructor(deps: PoolsDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly Pool[]> {
    return this.#deps.store.list();
  }

  async find(poolId: string): Promise<Pool> {
    return found(await this.#deps.store.find(poolId));
  }

  async create(fields: PoolFields, actor: Actor): Promise<Pool> {
    const { store, random, clock } = this.#deps;
    const machineIds = [...new Set(fields.machineIds)];
    const pool = await store.create({ ...fields, machineIds, id: random.uuid(), createdAt: clock.now() });
    const { name, kind } = fields;
    await this.#record(actor, pool.id, { action: "pool.created", detail: { name, kind, machineIds } });
    return pool;
  }

  async update(poolId: string, change: PoolFieldChange, actor: Actor): Promise<Pool> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") refuseOwn(change.name === undefined ? "description" : "name", change);
    const changed = found(await this.#deps.store.update(poolId, change));
    await this.#record(actor, poolId, { action: "pool.updated", detail: { ...change } });
    return changed;
  }

  async remove(poolId: string, actor: Actor): Promise<void> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") throw ownPool("kind");
    if (!(await this.#deps.store.remove(poolId))) throw new DeskgateError("not_found");
    await this.#record(actor, poolId, { action: "pool.removed", detail: { name: pool.name } });
    await this.#deps.ending.endWithoutRight();
  }

  async setMachines(poolId: string, machineIds: readonly string[], actor: Actor): Promise<Pool> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") throw ownPool("machineIds");
    const changed = found(await this.#deps.store.setMachines(poolId, [...new Set(machineIds)]));
    await this.#record(actor, poolId, { action: "pool.machines_set", detail: { machineIds } });
    await this.#deps.ending.endWithoutRight();
    return changed;
  }

  async setPolicy(poolId: string, policy: PoolPolicy, actor: Actor): Promise<Pool> {
    const pool = found(await this.#deps.store.update(poolId, { policy }));
    await this.#record(actor, poolId, { action: "pool.policy_set", detail: { ...policy } });
    return pool;
  }

  async readOccupancy(poolId: string): Promise<PoolOccupancy> {
    await this.find(poolId);
    return this.#deps.store.readOccupancy(poolId);
  }

  async listAssignments(poolId: string): Promise<readonly PoolAssignment[]> {
    await this.find(poolId);
    return this.#deps.store.listAssignments(poolId);
  }

  async removeAssignment(poolId: string, userId: string, actor: Actor): Promise<void> {
    if (!(await this.#deps.store.removeAssignment(poolId, userId))) throw new DeskgateError("not_found");
    await this.#record(actor, poolId, { action: "pool.assignment_removed", detail: { userId } });
    // The session rested on the assignment.
    await this.#deps.ending.endWithoutRight();
  }

  #record(actor: Actor, poolId: string, deed: Omit<Deed, "subject">): Promise<void> {
    return this.#deps.audit.record(actor, { ...deed, subject: { kind: "pool", id: poolId } });
  }
}

function found(pool: Pool | undefined): Pool {
  if (!pool) throw new DeskgateError("not_found");
  return pool;
}

/** A pool of one is called and described as its machine is. */
function refuseOwn(field: "name" | "description", change: PoolFieldChange): void {
  if (change[field] !== undefined) throw ownPool(field);
}

function ownPool(field: string): DeskgateError {
  const sentence = "This pool belongs to its machine; change or remove the machine.";
  return new DeskgateError("validation_failed", { fields: { [field]: sentence } });
}
