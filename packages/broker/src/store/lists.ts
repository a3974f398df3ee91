/**
 * Pages of any list, by keyset: the next page begins after a position, not after a number of rows, so that rows which
 * come and go between two pages never make a third one appear twice or not at all.
 *
 * A store adopts it with a {@link ListShape} and one call of {@link readPage} on a query that has its filters already.
 */
import {
  type Expression,
  expressionBuilder,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from "kysely";
import type { Page, PageRequest } from "../domain/page.ts";

/** A column as it is sorted: names without regard to case, times and numbers as they are. */
interface SortedColumn {
  readonly column: string;
  readonly as: "text" | "number";
}

export interface ListShape<Sort extends string> {
  /** Unique per row. */
  readonly id: string;
  readonly sorts: Readonly<Record<Sort, SortedColumn>>;
  /** Columns that a search looks into. */
  readonly searched: readonly string[];
}

interface PositionRow {
  readonly pageKey: string | number;
  readonly pageId: string;
}

/** INVARIANT: `rows` has no order, no limit and no grouping yet. */
export async function readPage<DB, TB extends keyof DB, Row, Sort extends string>(
  rows: SelectQueryBuilder<DB, TB, Row>,
  shape: ListShape<Sort>,
  request: PageRequest<Sort>,
): Promise<Page<Row>> {
  const { limit, after, isDescending, search } = request;
  const sorted = shape.sorts[request.sort];
  const key = keyOf(sorted);
  const id = sql.ref<string>(shape.id);
  const direction = isDescending ? "desc" : "asc";
  const found = search === undefined ? rows : rows.where(contains(shape.searched, search));
  const rest = after === undefined ? found : found.where(isAfter(request, key, id));
  const list = (await rest
    .select([key.as("pageKey"), id.as("pageId")])
    .orderBy(key, direction)
    .orderBy(id, direction)
    .limit(limit + 1)
    .execute()) as unknown as readonly (PositionRow & Row)[]; // the type of a select that is not known cannot say so
  const items = list.slice(0, limit);
  const last = items.at(-1);
  const hasMore = limit < list.length && last !== undefined;
  return {
    // What is left without the two columns that were added above is what the query selected.
    items: items.map(({ pageKey: _key, pageId: _id, ...row }) => row as unknown as Row),
    next: hasMore
      ? { key: sorted.as === "number" ? Number(last.pageKey) : last.pageKey, id: last.pageId }
      : undefined,
    total: after === undefined ? await count(found) : undefined,
  };
}

/** Null sorts as the least there is, in both dialects. */
function keyOf({ column, as }: SortedColumn): RawBuilder<string | number> {
  const ref = sql.ref(column);
  return as === "text" ? lower(sql`coalesce(${ref}, '')`) : sql`coalesce(${ref}, -1)`;
}

/** As a node of its own, because dialects spell it differently. */
function lower(text: Expression<unknown>): RawBuilder<string> {
  return sql`${expressionBuilder().fn<string>("lower", [text])}`;
}

function isAfter<Sort extends string>(
  { after, isDescending }: PageRequest<Sort>,
  key: Expression<unknown>,
  id: Expression<unknown>,
): Expression<SqlBool> {
  const compare = isDescending ? sql`<` : sql`>`;
  return sql<SqlBool>`(${key}, ${id}) ${compare} (${after?.key}, ${after?.id})`;
}

/** Any of the columns contains the text; `%` and `_` in it mean themselves. */
function contains(columns: readonly string[], text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  const matches = columns.map((column) => sql`${lower(sql.ref(column))} like ${pattern} escape '\\'`);
  return sql<SqlBool>`(${sql.join(matches, sql` or `)})`;
}

async function count<DB, TB extends keyof DB, Row>(rows: SelectQueryBuilder<DB, TB, Row>): Promise<number> {
  const [row] = (await rows
    .clearSelect()
    .select(sql<number>`count(*)`.as("total"))
    .execute()) as unknown as readonly {
    readonly total: number;
  }[]; // the one column selected
  return Number(row?.total ?? 0);
}
