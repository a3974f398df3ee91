/** The database: opened, brought up to date, and closed here; read and written by the stores beside this file. */
import { setTimeout as sleep } from "node:timers/promises";
import { DeskgateError } from "@deskgate/contract";
import { CamelCasePlugin, Kysely, sql, type Transaction, type TransactionBuilder } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { ambientDialect, isInOneTransaction } from "./ambient-transaction.ts";
import type { DatabaseDescription, StoreDialect } from "./dialects/store-dialect.ts";
import type { UntypedDatabase } from "./dialects/untyped-database.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import type { Tables } from "./tables.ts";

/** Either the database or a transaction on it. */
export type Queries = Kysely<Tables> | Transaction<Tables>;

/**
 * INVARIANT: transactions are serializable in every dialect, that is, their outcome is one that running them one after
 * the other could have had. Stores may read, decide and write without further locks: of two claims of the last machine,
 * two uses of one ticket, two demotions of the last administrators, one sees the other. SQLite has one writer at a time;
 * PostgreSQL finds the conflict, rolls one back, and it is run again here. A transaction's function therefore does
 * nothing but read and write through `trx`.
 */
export class Database extends Kysely<Tables> {
  readonly #dialect: StoreDialect;

  constructor(dialect: StoreDialect, onRoundTrip?: (durationMs: number) => void) {
    super({
      dialect: ambientDialect(dialect.kysely),
      plugins: [new CamelCasePlugin()],
      ...(onRoundTrip ? { log: ({ queryDurationMillis }) => onRoundTrip(queryDurationMillis) } : {}),
    });
    this.#dialect = dialect;
  }

  get kind(): StoreDialect["kind"] {
    return this.#dialect.kind;
  }

  /** `ok`, or what the database finds wrong with itself. */
  check(): Promise<string> {
    return this.#dialect.check(this);
  }

  describe(): Promise<DatabaseDescription> {
    return this.#dialect.describe(this);
  }

  /** A builder that was given an isolation level or access mode of its own does not run its function again. */
  override transaction(): TransactionBuilder<Tables> {
    const builder = super.transaction();
    const once = builder.execute.bind(builder);
    // Inside a larger one it is a savepoint, and only the whole can be run again.
    const execute = <Result>(work: (trx: Transaction<Tables>) => Promise<Result>) =>
      isInOneTransaction() ? once(work) : this.#untilItPasses(() => once(work));
    return Object.assign(builder, { execute });
  }

  async #untilItPasses<Result>(run: () => Promise<Result>): Promise<Result> {
    for (let runs = 1; ; runs++) {
      try {
        return await run();
      } catch (cause) {
        if (!this.#dialect.mayPassNextTime(cause, runs)) throw cause;
        await sleep(pauseMs(runs));
      }
    }
  }
}

// LIMIT: between two runs of a transaction.
const LONGEST_PAUSE_MS = 50;

/** A crowd that lost together must not come back together. */
function pauseMs(runs: number): number {
  return Math.random() * Math.min(2 ** runs, LONGEST_PAUSE_MS);
}

/** `onRoundTrip` is told how long each statement took. */
export async function openDatabase(
  dialect: StoreDialect,
  onRoundTrip?: (durationMs: number) => void,
): Promise<Database> {
  const db = new Database(dialect, onRoundTrip);
  try {
    await migrate(db, dialect, MIGRATIONS);
    // Migrations may have had a connection of their own; this is the first word over those of the stores.
    await sql`select 1`.execute(db);
    return db;
  } catch (cause) {
    // The reason for not opening matters more than what closing says.
    await db.destroy().catch(() => undefined);
    throw cause;
  }
}

/** Brings the schema to the newest of `migrations`; processes that do this at the same time wait for each other. */
export async function migrate(
  db: Database,
  dialect: StoreDialect,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const patient = dialect.forMigrations && new Kysely<unknown>({ dialect: dialect.forMigrations });
  const connected = patient ?? db.withoutPlugins();
  try {
    firstMigrations(await readMigrationNames(connected, dialect), "database_too_new");
    await runMigrations(connected, migrations);
  } finally {
    await patient?.destroy();
  }
}

/** `db` may be a transaction. */
export async function runMigrations(
  db: UntypedDatabase,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const { error } = await migratorOf(db, migrations).migrateToLatest();
  if (error) throw error;
}

/** The migrations by the names of `schema`; `code` is the refusal where these are not the first that we know. */
export function firstMigrations(
  schema: readonly string[],
  code: "backup_too_new" | "database_too_new",
): Readonly<Record<string, Migration>> {
  const first = Object.entries(MIGRATIONS).slice(0, schema.length);
  const isKnown = first.length === schema.length && first.every(([name], index) => name === schema[index]);
  if (!isKnown) throw new DeskgateError(code);
  return Object.fromEntries(first);
}

/** The migrations that the database has had, in their order. */
export async function readMigrationNames(
  db: UntypedDatabase,
  dialect: StoreDialect,
): Promise<readonly string[]> {
  if (!(await dialect.hasTable(db, "kysely_migration"))) return [];
  const { rows } = await sql<{ readonly name: string }>`
    select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** How many migrations the database has, and how many it lacks. */
export async function countMigrations(
  db: Database,
): Promise<{ readonly done: number; readonly pending: number }> {
  const all = await migratorOf(db.withoutPlugins(), MIGRATIONS).getMigrations();
  const done = all.filter((migration) => migration.executedAt !== undefined).length;
  return { done, pending: all.length - done };
}

function migratorOf(db: UntypedDatabase, migrations: Readonly<Record<string, Migration>>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
}
