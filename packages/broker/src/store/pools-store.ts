/** Pools in the database. */
import type { PoolOccupancy } from "@deskgate/contract";
import { type Selectable, sql } from "kysely";
import type { Page, PageRequest } from "../domain/page.ts";
import type { Pool, PoolAssignment } from "../domain/pool.ts";
import type { NewPool, PoolChange, PoolFilter, PoolSort, PoolStore } from "../features/pools/ports.ts";
import { readConditions } from "./choosing-rules.ts";
import type { Database, Queries } from "./database.ts";
import { inPieces } from "./end-connections.ts";
import { type ListShape, readPage } from "./lists.ts";
import { policyOf } from "./pool-policy.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";
import { isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

const POOL_LIST: ListShape<PoolSort> = {
  id: "pools.id",
  sorts: {
    name: { column: "pools.name", as: "text" },
    createdAt: { column: "pools.createdAt", as: "number" },
  },
  searched: ["pools.name"],
};

export class PoolsStore implements PoolStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(request: PageRequest<PoolSort>, { kind, machineId }: PoolFilter): Promise<Page<Pool>> {
    const rows = this.#db
      .selectFrom("pools")
      .selectAll()
      .$if(kind !== undefined, (query) => query.where("pools.kind", "=", kind ?? "machine"))
      .$if(machineId !== undefined, (query) =>
        query.where("pools.id", "in", (eb) =>
          eb
            .selectFrom("poolMembers")
            .select("poolMembers.poolId")
            .where("poolMembers.machineId", "=", machineId ?? ""),
        ),
      );
    const page = await readPage(rows, POOL_LIST, request);
    return { ...page, items: await withMembers(this.#db, page.items) };
  }

  find(poolId: string): Promise<Pool | undefined> {
    return findPool(this.#db, poolId);
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

  update(poolId: string, { release, policy, ifVersion, ...change }: PoolChange): Promise<Pool | undefined> {
    const values = {
      ...change,
      ...(release === undefined ? {} : releaseRow(release)),
      ...(policy === undefined ? {} : { policy: JSON.stringify(policy) }),
    };
    const work = this.#db.transaction().execute(async (trx) => {
      const isThere = await countUp(trx, poolId, { values, ifVersion });
      return isThere ? readOne(trx, poolId) : undefined;
    });
    return refuseTaken(work, "name");
  }

  setMachines(
    poolId: string,
    machineIds: readonly string[],
    ifVersion: number | undefined,
  ): Promise<Pool | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      if (!(await countUp(trx, poolId, { values: {}, ifVersion }))) return undefined;
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

  async remove(poolId: string, ifVersion: number | undefined): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("pools")
      .where("id", "=", poolId)
      .where(isAtVersion(ifVersion))
      .executeTakeFirst();
    if (numDeletedRows === 0n) await refuseStale(this.#db, "pools", poolId);
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

  removeAssignment(poolId: string, userId: string, ifVersion: number | undefined): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom("poolAssignments")
        .where("poolId", "=", poolId)
        .where("userId", "=", userId)
        .executeTakeFirst();
      // Counted after, so that what was not there changes nothing; throws, so that what was comes back.
      return numDeletedRows > 0n && (await countUp(trx, poolId, { values: {}, ifVersion }));
    });
  }
}

export function releaseRow({ afterDisconnectMs, onSignOut }: Pool["release"]) {
  return { releaseAfterMs: afterDisconnectMs, releaseOnSignOut: onSignOut ? 1 : 0 } as const;
}

/** Whether there is such a pool; if so, it has changed. */
async function countUp(
  trx: Queries,
  poolId: string,
  {
    values,
    ifVersion,
  }: { readonly values: Readonly<Record<string, unknown>>; readonly ifVersion: number | undefined },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("pools")
    .set({ ...values, version: NEXT_VERSION })
    .where("id", "=", poolId)
    .where(isAtVersion(ifVersion))
    .executeTakeFirst();
  if (numUpdatedRows === 0n) await refuseStale(trx, "pools", poolId);
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
  const pool = await findPool(db, poolId);
  if (!pool) throw new Error("a pool is gone inside the transaction that wrote it");
  return pool;
}

async function findPool(db: Queries, poolId: string): Promise<Pool | undefined> {
  const rows = await db.selectFrom("pools").selectAll().where("id", "=", poolId).execute();
  return (await withMembers(db, rows))[0];
}

async function withMembers(
  db: Queries,
  rows: readonly Selectable<Tables["pools"]>[],
): Promise<readonly Pool[]> {
  if (rows.length === 0) return [];
  const members = await db
    .selectFrom("poolMembers")
    .innerJoin("machines", "machines.id", "poolMembers.machineId")
    .select(["poolMembers.poolId", "poolMembers.machineId"])
    .where(
      "poolMembers.poolId",
      "in",
      rows.map(({ id }) => id),
    )
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
