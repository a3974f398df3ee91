/** SQLite for the store: kysely's adapter, compiler and introspector, on our driver. */
import { type Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { StoreDialect } from "../store-dialect.ts";
import { checkSqlite, describeSqlite } from "./check-sqlite.ts";
import { SqliteDriver } from "./sqlite-driver.ts";

// LIMIT: how long a statement waits for another process that writes to the same file.
const BUSY_TIMEOUT_MS = 5_000;

/** `file` is a path, or `:memory:`. */
export function sqliteDialect(file: string, busyTimeoutMs = BUSY_TIMEOUT_MS): StoreDialect {
  return {
    kind: "sqlite",
    kysely: {
      createDriver: () => new SqliteDriver({ file, busyTimeoutMs }),
      createAdapter: () => new TransactionalSqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      // biome-ignore lint/suspicious/noExplicitAny: kysely's interface
      createIntrospector: (db: Kysely<any>) => new SqliteIntrospector(db),
    },
    // Migrations run in one transaction, which waits for that of another process.
    forMigrations: undefined,
    // There is one writer: transactions wait for each other and never conflict.
    mayPassNextTime: () => false,
    async hasTable(db, name) {
      const { rows } = await sql`select 1 from sqlite_master where type = 'table' and name = ${name}`.execute(
        db,
      );
      return rows.length > 0;
    },
    check: checkSqlite,
    describe: describeSqlite,
  };
}

/** SQLite does roll schema changes back; kysely is careful because of pragmas, which our migrations do not use. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  /** The driver itself hands its one connection to one user at a time; kysely's lock would not know who holds it. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
