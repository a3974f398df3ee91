/**
 * A backup put into a database of any dialect, in one transaction: either all of it is there afterwards, or nothing has
 * changed. The tables are made as they were when the backup was written, filled, and then brought up to date.
 */
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DeskgateError } from "@deskgate/contract";
import { Kysely, sql } from "kysely";
import {
  BackupDecoder,
  type BackupHeader,
  type BackupRecord,
  type BackupSummary,
  type BackupValue,
  damaged,
} from "./backup-format.ts";
import { firstMigrations, readMigrationNames, runMigrations } from "./database.ts";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";
import { type DatabaseSettings, dialectOf } from "./dialects/settings.ts";
import type { UntypedDatabase } from "./dialects/untyped-database.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import { shapeOf, type TableShape } from "./schema-shape.ts";

// LIMIT: values of one statement; PostgreSQL takes 65535, SQLite 32766.
const VALUES_PER_INSERT = 10_000;

export interface RestoreRequest {
  readonly database: DatabaseSettings;
  readonly input: Readable;
  /** Whether what is in the database may be lost. */
  readonly isReplacing: boolean;
}

export interface Restored extends BackupSummary {
  readonly header: BackupHeader;
}

/** Throws `backup_damaged`, `backup_too_new`, `database_not_empty` or `database_too_new`, and has then changed nothing. */
export async function restoreBackup({ database, input, isReplacing }: RestoreRequest): Promise<Restored> {
  const dialect = dialectOf(database);
  const db = new Kysely<unknown>({ dialect: dialect.forMigrations ?? dialect.kysely });
  try {
    // Not serializable: migrations have to see what another process, for which they waited, has just done.
    const transaction = db.transaction().setIsolationLevel("read committed");
    return await transaction.execute(async (trx) => {
      const before = await readMigrationNames(trx, dialect);
      const tables = await shapeOf(firstMigrations(before, "database_too_new"));
      if (!isReplacing) await refuseRows(trx, tables);
      const restore = new Restore(
        trx,
        before.length === 0 ? [] : [...tables.map(({ name }) => name), ...OWN_TABLES],
      );
      await unpack(input, (records) => restore.take(records), restore.decoder);
      return restore.finish();
    });
  } finally {
    await db.destroy();
  }
}

/** Those of kysely's migrator. */
const OWN_TABLES = ["kysely_migration", "kysely_migration_lock"];

class Restore {
  readonly decoder = new BackupDecoder();
  readonly #trx: UntypedDatabase;
  readonly #tablesBefore: readonly string[];
  #header: BackupHeader | undefined;
  #tables: readonly TableShape[] = [];
  #table: TableShape | undefined;
  #waiting: (readonly BackupValue[])[] = [];

  constructor(trx: UntypedDatabase, tablesBefore: readonly string[]) {
    this.#trx = trx;
    this.#tablesBefore = tablesBefore;
  }

  async take(records: Iterable<BackupRecord>): Promise<void> {
    for (const record of records) {
      if (record.kind === "row") await this.#takeRow(record.values);
      else if (record.kind === "table") await this.#takeTable(record.name, record.columns);
      else await this.#takeHeader(record.header);
    }
  }

  async finish(): Promise<Restored> {
    const summary = this.decoder.finish();
    await this.#insert();
    const missing = this.#tables.find(({ name }) => summary.rows[name] === undefined);
    if (missing) throw damaged(`the table ${missing.name} is missing`);
    if (!this.#header) throw damaged("it is empty");
    await runMigrations(this.#trx, MIGRATIONS);
    return { ...summary, header: this.#header };
  }

  async #takeHeader(header: BackupHeader): Promise<void> {
    const migrations = firstMigrations(header.schema, "backup_too_new");
    this.#tables = await shapeOf(migrations);
    for (const name of this.#tablesBefore.toReversed())
      await sql`drop table ${sql.table(name)}`.execute(this.#trx);
    await runMigrations(this.#trx, migrations);
    // Rows that migrations make are in the backup too.
    for (const { name } of this.#tables.toReversed())
      await sql`delete from ${sql.table(name)}`.execute(this.#trx);
    this.#header = header;
  }

  async #takeTable(name: string, columns: readonly string[]): Promise<void> {
    await this.#insert();
    this.#table = this.#tables.find((table) => table.name === name);
    const isKnown = this.#table?.columns.join() === columns.join();
    if (!isKnown) throw damaged(`the table ${JSON.stringify(name.slice(0, 100))} is none of this schema`);
  }

  async #takeRow(values: readonly BackupValue[]): Promise<void> {
    this.#waiting.push(values);
    if (VALUES_PER_INSERT < (this.#waiting.length + 1) * values.length) await this.#insert();
  }

  async #insert(): Promise<void> {
    const rows = this.#waiting;
    if (!this.#table || rows.length === 0) return;
    this.#waiting = [];
    const { name, columns } = this.#table;
    const values = sql.join(rows.map((row) => sql`(${sql.join(row)})`));
    try {
      await sql`
        insert into ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column)))})
        values ${values}`.execute(this.#trx);
    } catch (cause) {
      throw refusalOf(name, cause);
    }
  }
}

/** A sum that is right over rows that cannot be: someone has written the file anew. */
function refusalOf(table: string, cause: unknown): unknown {
  const isUnfit =
    cause instanceof ConstraintViolation ||
    (cause instanceof DeskgateError && cause.code === "request_malformed");
  return isUnfit ? damaged(`the database does not take a row of ${table}`, cause) : cause;
}

async function refuseRows(trx: UntypedDatabase, tables: readonly TableShape[]): Promise<void> {
  for (const { name, ownRows } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit ${sql.lit(ownRows + 1)}`.execute(trx);
    if (ownRows < rows.length) throw new DeskgateError("database_not_empty");
  }
}

async function unpack(
  input: Readable,
  take: (records: Iterable<BackupRecord>) => Promise<void>,
  decoder: BackupDecoder,
): Promise<void> {
  try {
    await pipeline(input, createGunzip(), async (pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces) await take(decoder.push(piece));
    });
  } catch (cause) {
    const isPacked = cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");
    throw isPacked ? damaged("it is cut off, or no gzip file", cause) : cause;
  }
}
