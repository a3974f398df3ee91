/** Between a list's query and reply and the domain's pages. */
import type { SortOrder } from "@deskgate/contract";
import type { Page, PageRequest } from "../domain/page.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** What every list's query has; `listQuery` of the contract makes it. */
interface ListQuery<Sort extends string> {
  readonly limit: number;
  readonly sort: SortOrder<Sort>;
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
}

export function pageRequestOf<Sort extends string>(query: ListQuery<Sort>): PageRequest<Sort> {
  const isDescending = query.sort.startsWith("-");
  return {
    limit: query.limit,
    sort: (isDescending ? query.sort.slice(1) : query.sort) as Sort, // the schema admits nothing else
    isDescending,
    after: query.cursor === undefined ? undefined : decodeCursor(query.sort, query.cursor),
    search: query.q === undefined || query.q === "" ? undefined : query.q,
  };
}

export function pageReply<Item, Reply>(
  { sort }: { readonly sort: string },
  { items, next, total }: Page<Item>,
  replyOf: (item: Item) => Reply,
): { items: Reply[]; nextCursor: string | null; total: number | null } {
  return {
    items: items.map(replyOf),
    nextCursor: next === undefined ? null : encodeCursor(sort, next),
    total: total ?? null,
  };
}
