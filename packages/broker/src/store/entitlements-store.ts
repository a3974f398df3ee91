/** Entitlements in the database. */
import type { Selectable } from "kysely";
import type { Entitlement } from "../domain/machine.ts";
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { EntitlementFilter, EntitlementSort, EntitlementStore } from "../features/entitlements/ports.ts";
import type { Database } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";
import { isAtVersion, refuseStale } from "./versions.ts";

const ENTITLEMENT_LIST: ListShape<EntitlementSort> = {
  id: "entitlements.id",
  sorts: {
    createdAt: { column: "entitlements.createdAt", as: "number" },
    poolName: { column: "pools.name", as: "text" },
  },
  searched: ["pools.name", "users.name", "users.displayName", "groups.name"],
};

export class EntitlementsStore implements EntitlementStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(request: PageRequest<EntitlementSort>, filter: EntitlementFilter): Promise<Page<Entitlement>> {
    const { userId, groupId, poolId } = filter;
    const rows = this.#db
      .selectFrom("entitlements")
      .innerJoin("pools", "pools.id", "entitlements.poolId")
      .leftJoin("users", "users.id", "entitlements.userId")
      .leftJoin("groups", "groups.id", "entitlements.groupId")
      .selectAll("entitlements")
      .$if(userId !== undefined, (query) => query.where("entitlements.userId", "=", userId ?? ""))
      .$if(groupId !== undefined, (query) => query.where("entitlements.groupId", "=", groupId ?? ""))
      .$if(poolId !== undefined, (query) => query.where("entitlements.poolId", "=", poolId ?? ""));
    return mapPage(await readPage(rows, ENTITLEMENT_LIST, request), entitlementOf);
  }

  async find(entitlementId: string): Promise<Entitlement | undefined> {
    const found = this.#db.selectFrom("entitlements").selectAll().where("id", "=", entitlementId);
    const row = await found.executeTakeFirst();
    return row && entitlementOf(row);
  }

  async create({ userId, groupId, ...rest }: Entitlement): Promise<void> {
    const work = this.#db.transaction().execute(async (trx) => {
      await refuseUnknown(trx, "pools", { field: "poolId", ids: [rest.poolId] });
      await refuseUnknown(trx, "users", { field: "userId", ids: userId ? [userId] : [] });
      await refuseUnknown(trx, "groups", { field: "groupId", ids: groupId ? [groupId] : [] });
      const row = { ...rest, userId: userId ?? null, groupId: groupId ?? null };
      await trx.insertInto("entitlements").values(row).execute();
    });
    await refuseTaken(work);
  }

  async remove(entitlementId: string, ifVersion: number | undefined): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("entitlements")
      .where("id", "=", entitlementId)
      .where(isAtVersion(ifVersion))
      .executeTakeFirst();
    if (numDeletedRows === 0n) await refuseStale(this.#db, "entitlements", entitlementId);
    return numDeletedRows > 0n;
  }
}

function entitlementOf(row: Selectable<Tables["entitlements"]>): Entitlement {
  const { id, poolId, userId, groupId, createdAt, version } = row;
  return { id, poolId, userId: userId ?? undefined, groupId: groupId ?? undefined, createdAt, version };
}
