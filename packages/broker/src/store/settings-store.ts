/** The site's settings in the database: one row, of which only what was set is kept, so that defaults can change. */
import { DEFAULT_SETTINGS, DeskgateError } from "@deskgate/contract";
import type { SettingsStore, SiteSettings, SiteSettingsFields } from "../features/settings/ports.ts";
import type { Database, Queries } from "./database.ts";

const ROW_NAME = "site";

export class SiteSettingsStore implements SettingsStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(): Promise<SiteSettings> {
    return readSettings(this.#db);
  }

  write(change: Partial<SiteSettingsFields>, ifVersion: number | undefined): Promise<SiteSettings> {
    return this.#db.transaction().execute(async (trx) => {
      const before = await findRow(trx);
      const version = before?.version ?? 1;
      if (ifVersion !== undefined && ifVersion !== version) throw new DeskgateError("version_stale");
      if (Object.keys(change).length === 0) return readSettings(trx);
      const value = JSON.stringify({ ...saidOf(before?.value), ...change });
      const row = { name: ROW_NAME, value, version: version + 1 };
      await trx
        .insertInto("settings")
        .values(row)
        .onConflict((oc) => oc.column("name").doUpdateSet({ value, version: version + 1 }))
        .execute();
      return readSettings(trx);
    });
  }
}

export async function readSettings(db: Queries): Promise<SiteSettings> {
  const row = await findRow(db);
  return { ...DEFAULT_SETTINGS, ...saidOf(row?.value), version: row?.version ?? 1 };
}

function findRow(db: Queries) {
  return db.selectFrom("settings").selectAll().where("name", "=", ROW_NAME).executeTakeFirst();
}

function saidOf(value: string | undefined): Partial<SiteSettingsFields> {
  return value === undefined ? {} : JSON.parse(value); // written above
}
