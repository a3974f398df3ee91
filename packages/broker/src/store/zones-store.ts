/** Zones in the database. */
import type { Zone, ZoneChange, ZoneStore } from "../features/zones/ports.ts";
import type { Database } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { removeUnused } from "./remove-unused.ts";

export class ZonesStore implements ZoneStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<readonly Zone[]> {
    return this.#db.selectFrom("zones").selectAll().orderBy("name").orderBy("id").execute();
  }

  async create(zone: Zone): Promise<void> {
    await refuseTaken(this.#db.insertInto("zones").values(zone).execute(), "name");
  }

  async update(zoneId: string, change: ZoneChange): Promise<Zone | undefined> {
    // `id` keeps the statement valid where nothing else changes.
    const values = { id: zoneId, ...change };
    await refuseTaken(this.#db.updateTable("zones").set(values).where("id", "=", zoneId).execute(), "name");
    return this.#db.selectFrom("zones").selectAll().where("id", "=", zoneId).executeTakeFirst();
  }

  remove(zoneId: string): Promise<"removed" | "unknown" | "in-use"> {
    return removeUnused(this.#db, {
      table: "zones",
      id: zoneId,
      users: [
        ["machines", "zoneId"],
        ["gateways", "zoneId"],
      ],
    });
  }
}
