/** Pools in the database. */
import type { PoolOccupancy } from "@deskgate/contract";
import { type Selectable, sql } from "kysely";
import type { Pool, PoolAssignment } from "../domain/pool.ts";
import type { NewPool, PoolChange, PoolStore } from "../features/pools/ports.ts";
import { readConditions } from "./choosing-rules.ts";
import type { Database, Queries } from "./database.ts";
import { inPieces } from "./end-connections.ts";
import { policyOf } from "./pool-policy.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";

export class PoolsStore implements PoolStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<readonly Pool[]> {
    return readPools(this.#db, undefined);
  }

  async find(poolId: string): Promise<Pool | undefined> {
    return (await readPools(this.#db, poolId))[0];
  }

  create({ machineIds, release, ...rest }: NewPool): Promise<Pool> {
    const row = { ...rest, ...releaseRow(release), policy: null, version: 1 };
    const work = this.#db.transaction().execute(async (trx) => {
      await trx.insertInto("pools").values(row).execute();
      await addMembers(trx, rest.id, machineIds);
      return readOne(trx, rest.id);
    });
    return refuseTaken(work, "name");
  }

  update(poolId: string, { release, policy, ...change }: PoolChange): Promise<Pool | undefined> {
    const values = {
      ...change,
      ...(release === undefined ? {} : releaseRow(release)),
      ...(policy === undefined ? {} : { policy: JSON.stringify(policy) }),
    };
    const work = this.#db.transaction().execute(async (trx) => {
      const isThere = await countUp(trx, poolId, values);
      return isThere ? readOne(trx, poolId) : undefined;
    });
    return refuseTaken(work, "name");
  }

  setMachines(poolId: string, machineIds: readonly string[]): Promise<Pool | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await countUp(trx, poolId, {}))) return undefined;
      const members = await trx
        .selectFrom("poolMembers")
        .select("machineId")
        .where("poolId", "=", poolId)
        .execute();
      const wanted = new Set(machineIds);
      const known = new Set(members.map(({ machineId }) => machineId));
      for (const gone of inPieces([...known].filter((id) => !wanted.has(id))))
        await trx
          .deleteFrom("poolMembers")
          .where("poolId", "=", poolId)
          .where("machineId", "in", gone)
          .execute();
      await addMembers(
        trx,
        poolId,
        machineIds.filter((id) => !known.has(id)),
      );
      return readOne(trx, poolId);
    });
  }

  async remove(poolId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom("pools").where("id", "=", poolId).executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async readOccupancy(poolId: string): Promise<PoolOccupancy> {
    const rows = await this.#db
      .selectFrom("poolMembers as pm")
      .select("pm.machineId")
      .select(
        sql<number>`case when exists (
          select 1 from sessions as s where s.machine_id = pm.machine_id and s.state <> 'ended'
        ) then 1 else 0 end`.as("isInUse"),
      )
      .select(
        sql<number>`case when exists (
          select 1 from pool_assignments as a where a.machine_id = pm.machine_id and a.pool_id = pm.pool_id
        ) then 1 else 0 end`.as("isAssigned"),
      )
      .where("pm.poolId", "=", poolId)
      .execute();
    const conditions = await readConditions(
      this.#db,
      rows.map(({ machineId }) => machineId),
    );
    const count = { machines: rows.length, free: 0, inUse: 0, down: 0, maintenance: 0, assigned: 0 };
    for (const { machineId, isInUse, isAssigned } of rows) {
      const condition = conditions.get(machineId);
      if (isInUse === 1) count.inUse++;
      else if (condition?.isInMaintenance === true) count.maintenance++;
      else if (condition?.health === "down") count.down++;
      else count.free++;
      if (isAssigned === 1) count.assigned++;
    }
    return count;
  }

  listAssignments(poolId: string): Promise<readonly PoolAssignment[]> {
    return this.#db
      .selectFrom("poolAssignments")
      .innerJoin("users", "users.id", "poolAssignments.userId")
      .innerJoin("machines", "machines.id", "poolAssignments.machineId")
      .select(["poolAssignments.userId", "users.name as userName"])
      .select(["poolAssignments.machineId", "machines.name as machineName", "poolAssignments.assignedAt"])
      .where("poolAssignments.poolId", "=", poolId)
      .orderBy("users.name")
      .execute();
  }

  async removeAssignment(poolId: string, userId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("poolAssignments")
      .where("poolId", "=", poolId)
      .where("userId", "=", userId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

function releaseRow({ afterDisconnectMs, onSignOut }: Pool["release"]) {
  return { releaseAfterMs: afterDisconnectMs, releaseOnSignOut: onSignOut ? 1 : 0 } as const;
}

/** Whether there is such a pool; if so, it has changed. */
async function countUp(
  trx: Queries,
  poolId: string,
  values: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("pools")
    .set({ ...values, version: sql<number>`version + 1` })
    .where("id", "=", poolId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function addMembers(trx: Queries, poolId: string, machineIds: readonly string[]): Promise<void> {
  for (const ids of inPieces(machineIds)) {
    await refuseUnknown(trx, "machines", { field: "machineIds", ids });
    await trx
      .insertInto("poolMembers")
      .values(ids.map((machineId) => ({ poolId, machineId })))
      .execute();
  }
}

async function readOne(db: Queries, poolId: string): Promise<Pool> {
  const [pool] = await readPools(db, poolId);
  if (!pool) throw new Error("a pool is gone inside the transaction that wrote it");
  return pool;
}

async function readPools(db: Queries, poolId: string | undefined): Promise<readonly Pool[]> {
  const rows = await db
    .selectFrom("pools")
    .selectAll()
    .$if(poolId !== undefined, (query) => query.where("id", "=", poolId ?? ""))
    .orderBy("name")
    .execute();
  const members = await db
    .selectFrom("poolMembers")
    .innerJoin("machines", "machines.id", "poolMembers.machineId")
    .select(["poolMembers.poolId", "poolMembers.machineId"])
    .$if(poolId !== undefined, (query) => query.where("poolMembers.poolId", "=", poolId ?? ""))
    .orderBy("machines.name")
    .execute();
  const byPool = Map.groupBy(members, (member) => member.poolId);
  return rows.map((row) =>
    poolOf(
      row,
      (byPool.get(row.id) ?? []).map(({ machineId }) => machineId),
    ),
  );
}

function poolOf(row: Selectable<Tables["pools"]>, machineIds: readonly string[]): Pool {
  const { policy, releaseAfterMs, releaseOnSignOut, ...rest } = row;
  const release = { afterDisconnectMs: releaseAfterMs, onSignOut: releaseOnSignOut === 1 };
  return { ...rest, machineIds, policy: policyOf(policy), release };
}
