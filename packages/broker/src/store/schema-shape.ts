/** Which tables the migrations make, with their columns, keys and order: read off a database that they have just made. */
import { Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { runMigrations } from "./database.ts";
import { sqliteDialect } from "./dialects/sqlite/sqlite-dialect.ts";

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns of the primary key, which put the rows in order. */
  readonly key: readonly string[];
  /** How many rows the migrations themselves make. */
  readonly ownRows: number;
}

interface ColumnRow {
  readonly tableName: string;
  readonly name: string;
  readonly position: number;
}

interface ReferenceRow {
  readonly tableName: string;
  readonly target: string;
}

/** Tables come before those that refer to them. Names are as in the database. */
export async function shapeOf(
  migrations: Readonly<Record<string, Migration>>,
): Promise<readonly TableShape[]> {
  if (Object.keys(migrations).length === 0) return [];
  const db = new Kysely<unknown>({ dialect: sqliteDialect(":memory:").kysely });
  try {
    await runMigrations(db, migrations);
    const columns = await sql<ColumnRow>`
      select t.name as "tableName", c.name as name, c.pk as position
      from sqlite_master as t join pragma_table_info(t.name) as c
      where t.type = 'table' and t.name not like 'kysely%' and t.name not like 'sqlite%'
      order by t.name, c.cid`.execute(db);
    const references = await sql<ReferenceRow>`
      select t.name as "tableName", f."table" as target
      from sqlite_master as t join pragma_foreign_key_list(t.name) as f
      where t.type = 'table' and f."table" <> t.name`.execute(db);
    const tables = tablesOf(columns.rows);
    const counted = await Promise.all(
      tables.map(async (table) => ({ ...table, ownRows: await count(db, table) })),
    );
    return inOrder(counted, references.rows);
  } finally {
    await db.destroy();
  }
}

async function count(db: Kysely<unknown>, { name }: { readonly name: string }): Promise<number> {
  const { rows } = await sql<{
    readonly count: number;
  }>`select count(*) as count from ${sql.table(name)}`.execute(db);
  return rows[0]?.count ?? 0;
}

function tablesOf(rows: readonly ColumnRow[]): Omit<TableShape, "ownRows">[] {
  return [...Map.groupBy(rows, ({ tableName }) => tableName)].map(([name, columns]) => ({
    name,
    columns: columns.map((column) => column.name),
    key: columns
      .filter(({ position }) => position > 0)
      .sort((a, b) => a.position - b.position)
      .map((column) => column.name),
  }));
}

function inOrder(tables: readonly TableShape[], references: readonly ReferenceRow[]): readonly TableShape[] {
  const ordered: TableShape[] = [];
  const waiting = new Set(tables);
  while (waiting.size > 0) {
    const names = new Set([...waiting].map(({ name }) => name));
    const isBlocked = ({ name }: TableShape) =>
      references.some(({ tableName, target }) => tableName === name && names.has(target));
    const next = [...waiting].filter((table) => !isBlocked(table));
    if (next.length === 0)
      throw new Error(`tables refer to each other in a circle: ${[...names].join(", ")}`);
    ordered.push(...next);
    for (const table of next) waiting.delete(table);
  }
  return ordered;
}
