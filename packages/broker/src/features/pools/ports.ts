/** What looking after pools needs of others. */
import type { PoolOccupancy, PoolPolicy, Release } from "@deskgate/contract";
import type { Pool, PoolAssignment } from "../../domain/pool.ts";

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
}

/** Every change counts the pool's version up. `undefined` or false: there is no such pool. */
export interface PoolStore {
  list(): Promise<readonly Pool[]>;
  find(poolId: string): Promise<Pool | undefined>;
  /** Throws `name_taken`, or `validation_failed` for unknown machines. */
  create(pool: NewPool): Promise<Pool>;
  /** Throws `name_taken`. */
  update(poolId: string, change: PoolChange): Promise<Pool | undefined>;
  /** Throws `validation_failed` for unknown machines. */
  setMachines(poolId: string, machineIds: readonly string[]): Promise<Pool | undefined>;
  remove(poolId: string): Promise<boolean>;
  readOccupancy(poolId: string): Promise<PoolOccupancy>;
  listAssignments(poolId: string): Promise<readonly PoolAssignment[]>;
  removeAssignment(poolId: string, userId: string): Promise<boolean>;
}
