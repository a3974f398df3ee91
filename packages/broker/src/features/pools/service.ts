/** Pools as administrators look after them. */
import {
  DEFAULT_RELEASE,
  DeskgateError,
  type PoolOccupancy,
  type PoolPolicy,
  type Release,
} from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Pool, PoolAssignment } from "../../domain/pool.ts";
import type { AuditService, Deed } from "../audit/service.ts";
import type { SessionEnding } from "../sessions/ending.ts";
import type { ReleaseDefault } from "../settings/ports.ts";
import type { PoolFilter, PoolSort, PoolStore } from "./ports.ts";

interface PoolsDeps {
  readonly store: PoolStore;
  readonly ending: SessionEnding;
  readonly settings: ReleaseDefault;
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

/** Without a rule of its own, a floating pool has the site's. */
type NewPoolFields = Omit<PoolFields, "release"> & { readonly release?: Release | undefined };

type PoolFieldChange = {
  readonly [Name in "name" | "description" | "release"]?: PoolFields[Name] | undefined;
} & IfVersion;

/** The version that a change rests on; absent where any will do. */
interface IfVersion {
  readonly ifVersion?: number | undefined;
}

export class PoolsService {
  readonly #deps: PoolsDeps;

  constructor(deps: PoolsDeps) {
    this.#deps = deps;
  }

  list(request: PageRequest<PoolSort>, filter: PoolFilter): Promise<Page<Pool>> {
    return this.#deps.store.list(request, filter);
  }

  async find(poolId: string): Promise<Pool> {
    return found(await this.#deps.store.find(poolId));
  }

  async create(fields: NewPoolFields, actor: Actor): Promise<Pool> {
    const { store, random, clock, audit } = this.#deps;
    const machineIds = [...new Set(fields.machineIds)];
    const { name, kind } = fields;
    const usual = kind === "floating" ? await this.#deps.settings.defaultRelease() : DEFAULT_RELEASE;
    const release = fields.release ?? usual;
    const made = { ...fields, release, machineIds, id: random.uuid(), createdAt: clock.now() };
    return audit.change(
      actor,
      () => store.create(made),
      ({ id }) => deedOn(id, "pool.created", { name, kind, machineIds }),
    );
  }

  async update(poolId: string, { ifVersion, ...change }: PoolFieldChange, actor: Actor): Promise<Pool> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") refuseOwn(change.name === undefined ? "description" : "name", change);
    const changed = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(poolId, { ...change, ifVersion }),
      (known) => (known ? deedOn(poolId, "pool.updated", { ...change }) : []),
    );
    return found(changed);
  }

  async remove(poolId: string, actor: Actor, ifVersion: number | undefined): Promise<void> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") throw ownPool("kind");
    const wasThere = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.remove(poolId, ifVersion),
      (isGone) => (isGone ? deedOn(poolId, "pool.removed", { name: pool.name }) : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
    await this.#deps.ending.endWithoutRight();
  }

  async setMachines(
    poolId: string,
    { machineIds, ifVersion }: { readonly machineIds: readonly string[] } & IfVersion,
    actor: Actor,
  ): Promise<Pool> {
    const pool = await this.find(poolId);
    if (pool.kind === "machine") throw ownPool("machineIds");
    const changed = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.setMachines(poolId, [...new Set(machineIds)], ifVersion),
      (known) => (known ? deedOn(poolId, "pool.machines_set", { machineIds }) : []),
    );
    await this.#deps.ending.endWithoutRight();
    return found(changed);
  }

  async setPolicy(
    poolId: string,
    { ifVersion, ...policy }: PoolPolicy & IfVersion,
    actor: Actor,
  ): Promise<Pool> {
    const changed = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.update(poolId, { policy, ifVersion }),
      (known) => (known ? deedOn(poolId, "pool.policy_set", { ...policy }) : []),
    );
    return found(changed);
  }

  async readOccupancy(poolId: string): Promise<PoolOccupancy> {
    await this.find(poolId);
    return this.#deps.store.readOccupancy(poolId);
  }

  async listAssignments(poolId: string): Promise<readonly PoolAssignment[]> {
    await this.find(poolId);
    return this.#deps.store.listAssignments(poolId);
  }

  async removeAssignment(
    poolId: string,
    { userId, ifVersion }: { readonly userId: string } & IfVersion,
    actor: Actor,
  ): Promise<void> {
    const wasThere = await this.#deps.audit.change(
      actor,
      () => this.#deps.store.removeAssignment(poolId, userId, ifVersion),
      (isGone) => (isGone ? deedOn(poolId, "pool.assignment_removed", { userId }) : []),
    );
    if (!wasThere) throw new DeskgateError("not_found");
    // The session rested on the assignment.
    await this.#deps.ending.endWithoutRight();
  }
}

function deedOn(poolId: string, action: string, detail: Deed["detail"]): Deed {
  return { action, subject: { kind: "pool", id: poolId }, detail };
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
