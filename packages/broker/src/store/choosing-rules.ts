/**
 * What else decides on the way to a desktop, read for many pools at once: time windows and networks, the effective
 * policy, and how machines are. Each answers for every id it is asked about.
 */
import type { PoolPolicy, Protocol } from "@deskgate/contract";
import { type RawBuilder, sql } from "kysely";
import type { ChoosingFacts, MachineFacts } from "../domain/choosing.ts";
import type { Queries } from "./database.ts";
import { policyOf } from "./pool-policy.ts";

export interface WhoAndWhen {
  readonly userId: string;
  readonly poolIds: readonly string[];
  /** Absent where it is not known; then every network will do. */
  readonly address: string | undefined;
  readonly at: number;
}

/** Entitlements know no windows and no networks: whoever is entitled is entitled always and everywhere. */
export async function readAccess(
  _db: Queries,
  { poolIds }: WhoAndWhen,
): Promise<ReadonlyMap<string, ChoosingFacts["access"]>> {
  return new Map(poolIds.map((poolId) => [poolId, { isWithinWindow: true, isNetworkAllowed: true }]));
}

export interface EffectivePolicy {
  /** What an admission says. */
  readonly connection: PoolPolicy;
  readonly maxSessions: number | undefined;
  readonly protocols: readonly Protocol[] | undefined;
}

/** The pool's own policy is all there is. */
export async function readPolicies(
  db: Queries,
  { poolIds }: Pick<WhoAndWhen, "userId" | "poolIds">,
): Promise<ReadonlyMap<string, EffectivePolicy>> {
  if (poolIds.length === 0) return new Map();
  const rows = await db.selectFrom("pools").select(["id", "policy"]).where("id", "in", poolIds).execute();
  return new Map(
    rows.map(({ id, policy }) => [
      id,
      { connection: policyOf(policy), maxSessions: undefined, protocols: undefined },
    ]),
  );
}

/** Machines are not probed, are never in maintenance, and stand in no zone. */
export async function readConditions(
  _db: Queries,
  machineIds: readonly string[],
): Promise<ReadonlyMap<string, Pick<MachineFacts, "health" | "isInMaintenance" | "zoneId">>> {
  const unknown = { health: "unknown", isInMaintenance: false, zoneId: undefined } as const;
  return new Map(machineIds.map((machineId) => [machineId, unknown]));
}

/** How little speaks against a machine of the table `m`, as a number to sort by: the best first. */
export function unfitness(): RawBuilder<number> {
  return sql<number>`0`;
}
