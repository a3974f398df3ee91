/** Entitlements in the database. */
import type { Entitlement } from "../domain/machine.ts";
import type { EntitlementStore } from "../features/entitlements/ports.ts";
import type { Database } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

export class EntitlementsStore implements EntitlementStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<readonly Entitlement[]> {
    const rows = await this.#db
      .selectFrom("entitlements")
      .selectAll()
      .orderBy("createdAt")
      .orderBy("id")
      .execute();
    return rows.map(({ userId, groupId, ...row }) => ({
      ...row,
      userId: userId ?? undefined,
      groupId: groupId ?? undefined,
    }));
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

  async remove(entitlementId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("entitlements")
      .where("id", "=", entitlementId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}
