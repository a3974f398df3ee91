/** Zones in the database. */
import type { Zone, ZoneChange, ZoneStore } from "../features/zones/ports.ts";
import type { Database } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { removeUnused } from "./remove-unused.ts";
import { isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

export class ZonesStore implements ZoneStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<readonly Zone[]> {
    return this.#db.selectFrom("zones").selectAll().orderBy("name").orderBy("id").execute();
  }

  find(zoneId: string): Promise<Zone | undefined> {
    return this.#db.selectFrom("zones").selectAll().where("id", "=", zoneId).executeTakeFirst();
  }

  async create(zone: Zone): Promise<void> {
    await refuseTaken(this.#db.insertInto("zones").values(zone).execute(), "name");
  }

  update(zoneId: string, { ifVersion, ...change }: ZoneChange): Promise<Zone | undefined> {
    const work = this.#db.transaction().execute(async (trx) => {
      const zone = await trx
        .updateTable("zones")
        .set({ ...change, version: NEXT_VERSION })
        .where("id", "=", zoneId)
        .where(isAtVersion(ifVersion))
        .returningAll()
        .executeTakeFirst();
      if (!zone) await refuseStale(trx, "zones", zoneId);
      return zone;
    });
    return refuseTaken(work, "name");
  }

  remove(zoneId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use"> {
    const users = [
      ["machines", "zoneId"],
      ["gateways", "zoneId"],
    ] as const;
    return removeUnused(this.#db, { table: "zones", id: zoneId, users, ifVersion });
  }
}
