/** Which database, and how to reach it: one entry per dialect. */
import { postgresDialect } from "./postgres/postgres-dialect.ts";
import type { PostgresSettings } from "./postgres/postgres-pool.ts";
import { sqliteDialect } from "./sqlite/sqlite-dialect.ts";
import type { StoreDialect } from "./store-dialect.ts";

export type DatabaseSettings =
  | {
      readonly kind: "sqlite";
      /** A path, or `:memory:`. */
      readonly file: string;
    }
  | ({ readonly kind: "postgres" } & PostgresSettings);

export function dialectOf(settings: DatabaseSettings): StoreDialect {
  switch (settings.kind) {
    case "sqlite":
      return sqliteDialect(settings.file);
    case "postgres":
      return postgresDialect(settings);
  }
}
