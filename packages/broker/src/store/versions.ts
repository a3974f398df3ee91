/**
 * Counting a row's changes, so that whoever changes it on the ground of an older state is refused.
 *
 * The expected version stands in the statement's own condition: of two changes on the ground of one state, one is made.
 */
import { DeskgateError } from "@deskgate/contract";
import { type Expression, type SqlBool, sql } from "kysely";
import type { Queries } from "./database.ts";

export type Versioned =
  | "users"
  | "groups"
  | "roles"
  | "zones"
  | "machines"
  | "pools"
  | "policies"
  | "entitlements";

/** The column's next value. */
export const NEXT_VERSION = sql<number>`version + 1`;

/** A condition for `where`: the version that the caller saw, or any where they named none. */
export function isAtVersion(expected: number | undefined): Expression<SqlBool> {
  return expected === undefined ? sql<SqlBool>`1 = 1` : sql<SqlBool>`version = ${expected}`;
}

/** After a statement with {@link isAtVersion} met no row: throws `version_stale` where the row is there at all. */
export async function refuseStale(db: Queries, table: Versioned, id: string): Promise<void> {
  const row = await db.selectFrom(table).select("id").where("id", "=", id).executeTakeFirst();
  if (row) throw new DeskgateError("version_stale");
}

/** For rows that changed because another one did. */
export async function countChange(db: Queries, table: Versioned, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable(table).set({ version: NEXT_VERSION }).where("id", "in", ids).execute();
}

/** What is in one of the two lists only. */
export function differing(before: readonly string[], after: readonly string[]): readonly string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [...before.filter((id) => !is.has(id)), ...after.filter((id) => !was.has(id))];
}
