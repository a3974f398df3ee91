/** PostgreSQL for the store: kysely's dialect on our driver, with text that compares as SQLite's does. */
import {
  type ColumnDefinitionNode,
  DataTypeNode,
  type FunctionNode,
  PostgresDialect,
  PostgresQueryCompiler,
  RawNode,
  sql,
} from "kysely";
import { ConstraintViolation } from "../constraint-violation.ts";
import type { StoreDialect } from "../store-dialect.ts";
import { TransactionConflict } from "../transaction-conflict.ts";
import { checkPostgres, describePostgres } from "./check-postgres.ts";
import { PostgresDriver } from "./postgres-driver.ts";
import {
  DEADLINES,
  MIGRATION_DEADLINES,
  openPool,
  type PostgresDeadlines,
  type PostgresSettings,
} from "./postgres-pool.ts";

// LIMIT: runs of one transaction. Of transactions that conflict one always passes, so that many mean a crowd.
const MAX_RUNS = 30;

export function postgresDialect(settings: PostgresSettings, deadlines = DEADLINES): StoreDialect {
  return {
    kind: "postgres",
    kysely: new DeskgatePostgres(settings, deadlines),
    forMigrations: new DeskgatePostgres({ ...settings, maxConnections: 1 }, MIGRATION_DEADLINES),
    mayPassNextTime(cause, runs) {
      if (cause instanceof TransactionConflict) return runs < MAX_RUNS;
      // What a transaction checked may have changed before it wrote. The second run sees that and refuses in its own words.
      return cause instanceof ConstraintViolation && runs < 2;
    },
    async hasTable(db, name) {
      const { rows } = await sql`
        select 1 from information_schema.tables
        where table_schema = current_schema() and table_name = ${name}`.execute(db);
      return rows.length > 0;
    },
    check: checkPostgres,
    describe: describePostgres,
  };
}

class DeskgatePostgres extends PostgresDialect {
  readonly #settings: PostgresSettings;
  readonly #deadlines: PostgresDeadlines;

  constructor(settings: PostgresSettings, deadlines: PostgresDeadlines) {
    super({ pool: async () => openPool(settings, deadlines) });
    this.#settings = settings;
    this.#deadlines = deadlines;
  }

  override createDriver(): PostgresDriver {
    return new PostgresDriver(() => openPool(this.#settings, this.#deadlines));
  }

  override createQueryCompiler(): PostgresQueryCompiler {
    return new ByteOrderCompiler();
  }
}

/**
 * Text columns compare by bytes, whatever the database's locale is: lists and pages come in the same order as on
 * SQLite, and no upgrade of the system's locales can make an index wrong.
 */
class ByteOrderCompiler extends PostgresQueryCompiler {
  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    const isText = DataTypeNode.is(node.dataType) && node.dataType.dataType === "text";
    const collation = isText ? [RawNode.createWithSql('collate "C"')] : [];
    super.visitColumnDefinition({ ...node, frontModifiers: [...collation, ...(node.frontModifiers ?? [])] });
  }

  /** Bytes know no letters beyond ASCII: Unicode makes them small, and bytes compare them again. */
  protected override visitFunction(node: FunctionNode): void {
    if (node.func !== "lower") {
      super.visitFunction(node);
      return;
    }
    this.append("lower((");
    this.compileList(node.arguments);
    this.append(') collate "und-x-icu") collate "C"');
  }
}
