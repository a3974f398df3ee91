/** Pools: machines handed out by one rule. */
import type { PoolKind, PoolPolicy, Release } from "@deskgate/contract";

export interface Pool {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: PoolKind;
  readonly machineIds: readonly string[];
  readonly policy: PoolPolicy;
  readonly release: Release;
  readonly version: number;
  readonly createdAt: number;
}

/** A machine of a dedicated pool bound to a person. */
export interface PoolAssignment {
  readonly userId: string;
  readonly userName: string;
  readonly machineId: string;
  readonly machineName: string;
  readonly assignedAt: number;
}

/**
 * Whether a session on such a pool has its machine to itself. A pool of one does not ask for it: several people may be
 * let onto one machine by its administrator, as onto a shared screen.
 */
export function isExclusivePool(kind: PoolKind): boolean {
  return kind !== "machine";
}
