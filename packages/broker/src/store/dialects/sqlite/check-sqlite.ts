/** What SQLite says of a database file. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../../tables.ts";
import type { DatabaseDescription } from "../store-dialect.ts";

/** `ok`, or what SQLite found wrong. */
export async function checkSqlite(db: Kysely<Tables>): Promise<string> {
  const structure = await sql<{ quickCheck: string }>`pragma quick_check(1)`.execute(db);
  const references = await sql<object>`pragma foreign_key_check`.execute(db);
  const said = structure.rows[0]?.quickCheck ?? "no answer";
  if (said !== "ok" || references.rows.length === 0) return said;
  return `${references.rows.length} rows refer to rows that are gone`;
}

export async function describeSqlite(db: Kysely<Tables>): Promise<DatabaseDescription> {
  const { rows } = await sql<DatabaseDescription>`
    select sqlite_version() as version, page_count * page_size as size_bytes
    from pragma_page_count(), pragma_page_size()`.execute(db);
  return rows[0] ?? { version: "", sizeBytes: 0 };
}
