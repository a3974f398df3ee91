/** What differs between databases, and all that the rest of the store may know of it. */
import type { Dialect, Kysely } from "kysely";
import type { Tables } from "../tables.ts";
import type { UntypedDatabase } from "./untyped-database.ts";

export interface StoreDialect {
  readonly kind: "sqlite" | "postgres";
  /** Its connections, its SQL, and its errors as {@link ConstraintViolation} or `DeskgateError`. */
  readonly kysely: Dialect;
  /** The same database without deadlines, for changes of the schema; absent where `kysely` has none. */
  readonly forMigrations: Dialect | undefined;
  /** Whether a transaction that failed with `cause` may pass when it is run again. `runs` counts those behind it. */
  mayPassNextTime(cause: unknown, runs: number): boolean;
  hasTable(db: UntypedDatabase, name: string): Promise<boolean>;
  /** `ok`, or what the database finds wrong with itself. */
  check(db: Kysely<Tables>): Promise<string>;
  describe(db: Kysely<Tables>): Promise<DatabaseDescription>;
}

export interface DatabaseDescription {
  /** As it says it itself. */
  readonly version: string;
  readonly sizeBytes: number;
}
