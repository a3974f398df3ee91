/** The database: opened, brought up to date, and closed here; read and written by the stores beside this file. */
import { CamelCasePlugin, type Dialect, Kysely, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import { ambientDialect } from "./ambient-transaction.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;
/** Either the database or a transaction on it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

/** `onRoundTrip` is told how long each statement took. */
export async function openDatabase(
  dialect: Dialect,
  onRoundTrip?: (durationMs: number) => void,
): Promise<Database> {
  const db = new Kysely<Tables>({
    dialect: ambientDialect(dialect),
    plugins: [new CamelCasePlugin()],
    ...(onRoundTrip ? { log: ({ queryDurationMillis }) => onRoundTrip(queryDurationMillis) } : {}),
  });
  try {
    const { error } = await migratorOf(db).migrateToLatest();
    if (error) throw error;
    return db;
  } catch (cause) {
    // The reason for not opening matters more than what closing says.
    await db.destroy().catch(() => undefined);
    throw cause;
  }
}

/** How many migrations the database has, and how many it lacks. */
export async function countMigrations(
  db: Database,
): Promise<{ readonly done: number; readonly pending: number }> {
  const all = await migratorOf(db).getMigrations();
  const done = all.filter((migration) => migration.executedAt !== undefined).length;
  return { done, pending: all.length - done };
}

function migratorOf(db: Database): Migrator {
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  return new Migrator({ db: db.withoutPlugins(), provider });
}
