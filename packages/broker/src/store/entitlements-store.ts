/** Entitlements in the database. */

import type { Selectable } from "kysely";
import type { Entitlement } from "../domain/machine.ts";
import type { EntitlementChange, EntitlementStore } from "../features/entitlements/ports.ts";
import type { Database } from "./database.ts";
import { networksOf, windowsOf } from "./grants.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";

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
    return rows.map(entitlementOf);
  }

  async create({ userId, groupId, policyId, windows, networks, ...rest }: Entitlement): Promise<void> {
    const work = this.#db.transaction().execute(async (trx) => {
      await refuseUnknown(trx, "pools", { field: "poolId", ids: [rest.poolId] });
      await refuseUnknown(trx, "users", { field: "userId", ids: userId ? [userId] : [] });
      await refuseUnknown(trx, "groups", { field: "groupId", ids: groupId ? [groupId] : [] });
      await refuseUnknown(trx, "policies", { field: "policyId", ids: policyId ? [policyId] : [] });
      const row = {
        ...{ ...rest, userId: userId ?? null, groupId: groupId ?? null, policyId: policyId ?? null },
        ...{ windows: JSON.stringify(windows), networks: JSON.stringify(networks) },
      };
      await trx.insertInto("entitlements").values(row).execute();
    });
    await refuseTaken(work);
  }

  update(entitlementId: string, change: EntitlementChange): Promise<Entitlement | undefined> {
    const { policyId, windows, networks } = change;
    return this.#db.transaction().execute(async (trx) => {
      await refuseUnknown(trx, "policies", { field: "policyId", ids: policyId ? [policyId] : [] });
      const values = {
        ...{ id: entitlementId, policyId },
        windows: windows && JSON.stringify(windows),
        networks: networks && JSON.stringify(networks),
      };
      await trx.updateTable("entitlements").set(values).where("id", "=", entitlementId).execute();
      const found = trx.selectFrom("entitlements").selectAll().where("id", "=", entitlementId);
      const row = await found.executeTakeFirst();
      return row && entitlementOf(row);
    });
  }

  async remove(entitlementId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("entitlements")
      .where("id", "=", entitlementId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

function entitlementOf({
  userId,
  groupId,
  policyId,
  windows,
  networks,
  ...row
}: Selectable<Tables["entitlements"]>): Entitlement {
  return {
    ...row,
    userId: userId ?? undefined,
    groupId: groupId ?? undefined,
    policyId: policyId ?? undefined,
    windows: windowsOf(windows),
    networks: networksOf(networks),
  };
}
