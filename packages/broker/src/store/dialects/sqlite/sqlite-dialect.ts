/** SQLite for kysely: its own adapter, compiler and introspector, on our driver. */
import { type Dialect, type Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { SqliteDriver } from "./sqlite-driver.ts";

// LIMIT: how long a statement waits for another process that writes to the same file.
const BUSY_TIMEOUT_MS = 5_000;

/** `file` is a path, or `:memory:`. */
export function sqliteDialect(file: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Dialect {
  return {
    createDriver: () => new SqliteDriver({ file, busyTimeoutMs }),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    // biome-ignore lint/suspicious/noExplicitAny: kysely's interface
    createIntrospector: (db: Kysely<any>) => new SqliteIntrospector(db),
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
