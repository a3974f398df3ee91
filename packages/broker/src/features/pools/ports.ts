/** What looking after pools needs of others. */
import type { PoolKind, PoolOccupancy, PoolPolicy, Release } from "@deskgate/contract";
import type { Page, PageRequest } from "../../domain/page.ts";
import type { Pool, PoolAssignment } from "../../domain/pool.ts";

export type PoolSort = "name" | "createdAt";

export interface PoolFilter {
  readonly kind?: PoolKind | undefined;
  readonly machineId?: string | undefined;
}

export interface NewPool {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: "dedicated" | "floating";
  readonly machineIds: readonly string[];
  readonly release: Release;
  readonly createdAt: number;
}

export interface PoolChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly release?: Release | undefined;
  readonly policy?: PoolPolicy | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

/** Every change counts the pool's version up. `undefined` or false: there is no such pool. */
export interface PoolStore {
  list(request: PageRequest<PoolSort>, filter: PoolFilter): Promise<Page<Pool>>;
  find(poolId: string): Promise<Pool | undefined>;
  /** Throws `name_taken`, or `validation_failed` for unknown machines. */
  create(pool: NewPool): Promise<Pool>;
  /** Throws `name_taken` and `version_stale`. */
  update(poolId: string, change: PoolChange): Promise<Pool | undefined>;
  /** Throws `validation_failed` for unknown machines, and `version_stale`. */
  setMachines(
    poolId: string,
    machineIds: readonly string[],
    ifVersion: number | undefined,
  ): Promise<Pool | undefined>;
  /** Throws `version_stale`. */
  remove(poolId: string, ifVersion: number | undefined): Promise<boolean>;
  readOccupancy(poolId: string): Promise<PoolOccupancy>;
  listAssignments(poolId: string): Promise<readonly PoolAssignment[]>;
  /** The assignments belong to the pool and its version; throws `version_stale`. */
  removeAssignment(poolId: string, userId: string, ifVersion: number | undefined): Promise<boolean>;
}
