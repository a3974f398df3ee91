/** SQLite's own checks of a database file. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../../tables.ts";

/** `ok`, or what SQLite found wrong. */
export async function checkSqlite(db: Kysely<Tables>): Promise<string> {
  const structure = await sql<{ quickCheck: string }>`pragma quick_check(1)`.execute(db);
  const references = await sql<object>`pragma foreign_key_check`.execute(db);
  const said = structure.rows[0]?.quickCheck ?? "no answer";
  if (said !== "ok" || references.rows.length === 0) return said;
  return `${references.rows.length} rows refer to rows that are gone`;
}
