/**
 * What else decides on the way to a desktop, read for many pools at once: time windows and networks, the effective
 * policy, how machines are, and where gateways stand. Each answers for every id it is asked about.
 */
import { type RawBuilder, sql } from "kysely";
import { type Access, judgeAccess } from "../domain/access.ts";
import type { GatewayFacts, MachineFacts, NamedGateway } from "../domain/choosing.ts";
import type { Queries } from "./database.ts";
import { readGrants } from "./grants.ts";
import { policyOf } from "./pool-policy.ts";

export interface WhoAndWhen {
  readonly userId: string;
  readonly pools: readonly PoolWithPolicy[];
  /** Absent where it is not known; then every network will do. */
  readonly address: string | undefined;
  readonly at: number;
}

export interface PoolWithPolicy {
  readonly id: string;
  readonly name: string;
  /** As its column holds it. */
  readonly policy: string | null;
}

/** Whether each pool may be used now and from here, and by which policy; a pool without entitlement has no entry. */
export async function readAccess(
  db: Queries,
  { userId, pools, at, address }: WhoAndWhen,
): Promise<ReadonlyMap<string, Access>> {
  const [only, ...others] = pools;
  if (!only) return new Map();
  const grants = await readGrants(db, others.length === 0 ? { userId, poolId: only.id } : { userId });
  return new Map(
    pools.map(({ id, name, policy }) => [
      id,
      judgeAccess({
        pool: { id, name, policy: policyOf(policy) },
        grants: grants.get(id) ?? [],
        moment: { at, address },
      }),
    ]),
  );
}

/** A machine that was never probed is `unknown`. */
export async function readConditions(
  db: Queries,
  machineIds: readonly string[],
): Promise<ReadonlyMap<string, Omit<MachineFacts, "id" | "protocols">>> {
  if (machineIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("machines")
    .leftJoin("machineHealth", "machineHealth.machineId", "machines.id")
    .select(["machines.id", "machines.name", "machines.zoneId", "machines.isInMaintenance"])
    .select("machines.macAddress")
    .select("machineHealth.state")
    .where("machines.id", "in", machineIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.id,
      {
        name: row.name,
        health: row.state ?? "unknown",
        isInMaintenance: row.isInMaintenance === 1,
        canBeWoken: row.macAddress !== null,
        zoneId: row.zoneId ?? undefined,
      },
    ]),
  );
}

/** Of the table `m`: up, unknown, down, in maintenance. */
export function unfitness(): RawBuilder<number> {
  return sql<number>`m.is_in_maintenance * 4 + coalesce((
    select case h.state when 'up' then 0 when 'down' then 2 else 1 end from machine_health as h where h.machine_id = m.id), 1)`;
}

/** Gateways with the names and zones of their rows, which count for whoever chooses; of no zone where the row names none. */
export async function placeGateways(
  db: Queries,
  gateways: readonly GatewayFacts[],
): Promise<readonly NamedGateway[]> {
  if (gateways.length === 0) return [];
  const ids = gateways.map(({ id }) => id);
  const rows = await db
    .selectFrom("gateways")
    .select(["id", "name", "zoneId"])
    .where("id", "in", ids)
    .execute();
  const known = new Map(rows.map((row) => [row.id, row]));
  return gateways.map((gateway) => {
    const { name = gateway.id, zoneId } = known.get(gateway.id) ?? {};
    return { ...gateway, name, zoneId: zoneId ?? undefined };
  });
}
