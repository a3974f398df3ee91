/**
 * What every list takes and gives: pages by cursor, one order, one search, and the list's own filters.
 *
 * A list adopts it with `query: listQuery({ sorts, filters })` and `reply: pageOf(item)`.
 */
import { z } from "zod";

// LIMIT: items of one page.
export const MAX_PAGE_ITEMS = 500;
export const DEFAULT_PAGE_ITEMS = 100;

/** `name` ascends, `-name` descends. */
export type SortOrder<Sort extends string> = Sort | `-${Sort}`;

interface ListOptions<Sort extends string, Filters extends z.ZodRawShape> {
  /** Fields to sort by; the first one, ascending, counts where the caller names none. */
  readonly sorts: readonly [Sort, ...Sort[]];
  /** Where the list's usual order is another. */
  readonly usual?: SortOrder<NoInfer<Sort>>;
  readonly filters: Filters;
}

/** The query of a list. Strict: a filter that is not known is refused, not ignored. */
export function listQuery<const Sort extends string, Filters extends z.ZodRawShape>({
  sorts,
  usual,
  filters,
}: ListOptions<Sort, Filters>) {
  return z.strictObject({
    limit: z.coerce
      .number<number>()
      .int()
      .min(1)
      .max(MAX_PAGE_ITEMS)
      .default(DEFAULT_PAGE_ITEMS)
      .meta({ description: "Items of one page" }),
    cursor: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .meta({ description: "`nextCursor` of the page before; leave the other fields as they were" }),
    sort: z
      .enum(sorts.flatMap((name) => [name, `-${name}` as const]) as SortOrder<Sort>[]) // the names and their opposites
      .default((usual ?? sorts[0]) as never) // zod wants the enum's own type, which is SortOrder<Sort>
      .meta({ description: "Order; a minus in front turns it round" }),
    q: z
      .string()
      .trim()
      .max(200)
      .regex(/^\P{Cc}*$/u, "Leave out control characters.")
      .optional()
      .meta({ description: "Items whose names or descriptions contain this text, whatever its case" }),
    ...filters,
  });
}

// LIMIT: ids of one filter; an address must stay short enough for every proxy.
export const MAX_FILTER_IDS = 100;

/** Several ids with commas between, for whoever has ids and wants what they stand for. */
export const idsFilterSchema = z
  .string()
  .regex(
    new RegExp(`^[0-9a-f-]{36}(?:,[0-9a-f-]{36}){0,${MAX_FILTER_IDS - 1}}$`),
    `Name up to ${MAX_FILTER_IDS} ids, with commas between.`,
  )
  .meta({ description: `Up to ${MAX_FILTER_IDS} ids, with commas between` });

/** A yes-or-no filter. */
export const claimFilterSchema = z.enum(["true", "false"]);

/** Reads a list reply: one page of it. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    /** Null on the last page. */
    nextCursor: z.string().nullable(),
    /** How many there are in all; counted on the first page, null on those after it. */
    total: z.int().nullable(),
  });
}
