/**
 * A backup of a running database: one snapshot, read in pages, so that writers go on and memory stays small.
 *
 * Secrets stay sealed, because they lie sealed in the tables. INVARIANT: the key that opens them is nowhere near.
 */
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { DeskgateError } from "@deskgate/contract";
import { Kysely, sql } from "kysely";
import { BackupEncoder, type BackupSummary } from "./backup-format.ts";
import { firstMigrations, readMigrationNames } from "./database.ts";
import { type DatabaseSettings, dialectOf } from "./dialects/settings.ts";
import type { UntypedDatabase } from "./dialects/untyped-database.ts";
import { shapeOf, type TableShape } from "./schema-shape.ts";

// LIMIT: rows in memory at a time.
const ROWS_PER_PAGE = 500;

export interface BackupRequest {
  readonly database: DatabaseSettings;
  readonly output: NodeJS.WritableStream;
  /** The program's version, for whoever looks at the file. */
  readonly program: string;
  readonly madeAt: number;
}

/** The database stays as it is: an older schema is backed up as it stands. */
export async function writeBackup(request: BackupRequest): Promise<BackupSummary> {
  const dialect = dialectOf(request.database);
  const db = new Kysely<unknown>({ dialect: dialect.forMigrations ?? dialect.kysely });
  try {
    const snapshot = db.transaction().setIsolationLevel("repeatable read").setAccessMode("read only");
    return await snapshot.execute(async (trx) => {
      const encoder = new BackupEncoder();
      const schema = await readMigrationNames(trx, dialect);
      if (schema.length === 0) throw new DeskgateError("database_empty");
      const { end, lines } = linesOf(trx, encoder, { ...request, schema });
      await pipeline(lines, createGzip(), request.output);
      return end();
    });
  } finally {
    await db.destroy();
  }
}

type Snapshot = Pick<BackupRequest, "program" | "madeAt"> & { readonly schema: readonly string[] };

function linesOf(trx: UntypedDatabase, encoder: BackupEncoder, { program, madeAt, schema }: Snapshot) {
  let summary: BackupSummary | undefined;
  async function* lines(): AsyncGenerator<Uint8Array> {
    yield encoder.header({ schema: [...schema], madeAt, program });
    for (const table of await shapeOf(firstMigrations(schema, "database_too_new"))) {
      yield encoder.table(table.name, table.columns);
      for await (const page of pagesOf(trx, table))
        yield Buffer.concat(page.map((row) => encoder.row(table.columns.map((column) => row[column]))));
    }
    const end = encoder.end();
    summary = end.summary;
    yield end.line;
  }
  const end = () => {
    if (!summary) throw new Error("the backup was written without its end");
    return summary;
  };
  return { lines, end };
}

type Row = Readonly<Record<string, unknown>>;

async function* pagesOf(trx: UntypedDatabase, { name, columns, key }: TableShape): AsyncGenerator<Row[]> {
  const order = sql.join(key.map((column) => sql.ref(column)));
  let last: Row | undefined;
  do {
    const seen = last;
    const after = seen ? sql`where (${order}) > (${sql.join(key.map((column) => seen[column]))})` : sql``;
    const { rows } = await sql<Row>`
      select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)} ${after}
      order by ${order} limit ${sql.lit(ROWS_PER_PAGE)}`.execute(trx);
    last = rows.length === ROWS_PER_PAGE ? rows.at(-1) : undefined;
    if (rows.length > 0) yield rows;
  } while (last);
}
