/**
 * Any list of the API, a page at a time.
 *
 * A route that pages is searched, sorted and filtered by the server; one that does not gives all it has, and the
 * same is done here. Which of the two it is, its row in the route table says.
 */
import type { Route } from "@deskgate/contract";
import { keepPreviousData, type QueryKey, queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { z } from "zod";
import { matches } from "../parts/matches.ts";
import type { ListState } from "../parts/table/list-state.ts";
import { locale } from "../text/language.ts";
import { call } from "./call.ts";

/** A row of the route table whose reply is a list. */
type ListRoute<Row> = Route & { readonly reply: z.ZodType<{ items: Row[] }> };
type Query = Readonly<Record<string, string>>;

interface ListReply<Row> {
  readonly items: readonly Row[];
  readonly nextCursor?: string | null;
  readonly total?: number | null;
}

/** How rows are searched, sorted and filtered where the server does not. */
export interface LocalList<Row> {
  readonly textsOf: (row: Row) => readonly string[];
  readonly sorts?: Readonly<Record<string, (row: Row) => string | number>>;
  readonly filters?: Readonly<Record<string, (row: Row, value: string) => boolean>>;
}

export interface ListSource<Row> {
  readonly key: QueryKey;
  readonly route: ListRoute<Row>;
  /** Filters that are always asked for. */
  readonly fixed?: Query;
  readonly local: LocalList<Row>;
  readonly refetchMs?: number | undefined;
}

export interface Listing<Row> {
  /** Undefined until the first page is there. */
  readonly rows: readonly Row[] | undefined;
  readonly total: number | undefined;
  readonly error: unknown;
  readonly refetch: () => Promise<unknown>;
  readonly more: (() => void) | undefined;
  /** Old rows are shown because the server did not answer. */
  readonly isStale: boolean;
  readonly takesSort: (sort: string) => boolean;
  readonly takesFilter: (name: string) => boolean;
}

const PAGE_ITEMS = "200";
const WHOLE_PAGE_ITEMS = "500";
/** LIMIT: of lists that are read whole, to choose from or to name things by. */
const MAX_WHOLE_ITEMS = 20_000;

export function useListing<Row>(source: ListSource<Row>, { q, sort, filters }: ListState): Listing<Row> {
  const { key, route, fixed = {}, local, refetchMs } = source;
  const asked = { ...fixed, ...filters, ...(q !== "" && { q }), ...(sort !== undefined && { sort }) };
  const sent = isPaged(route) ? { ...acceptedBy(route, asked), limit: PAGE_ITEMS } : fixed;
  const query = useInfiniteQuery({
    queryKey: [...key, "list", sent],
    queryFn: ({ pageParam, signal }) =>
      callList(route, pageParam === "" ? sent : { ...sent, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    ...(refetchMs !== undefined && { refetchInterval: refetchMs }),
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  // As text, because the state is made anew on each draw.
  const wanted = JSON.stringify({ q, sort, filters });
  const rows = useMemo(() => {
    const all = data?.pages.flatMap(({ items }) => items);
    const state = JSON.parse(wanted) as ListState; // written two lines above
    return all && !isPaged(route) ? arrangeLocally(all, state, local) : all;
  }, [data, route, local, wanted]);
  const canGoOn = hasNextPage && !isFetchingNextPage;
  return {
    rows,
    total: data?.pages[0]?.total ?? (hasNextPage ? undefined : rows?.length),
    error: query.error,
    refetch: query.refetch,
    more: canGoOn ? () => void fetchNextPage() : undefined,
    isStale: query.isError && rows !== undefined,
    takesSort: (name) => takesSort(route, local, name),
    takesFilter: (name) => takesFilter(route, local, name),
  };
}

/** A whole list, however many pages it has. For what there are few of, and for naming things. */
export function wholeList<Row>({ key, route, fixed = {} }: ListSource<Row>) {
  return queryOptions({
    queryKey: [...key, "whole", fixed],
    queryFn: async ({ signal }) => {
      const items: Row[] = [];
      let cursor = "";
      do {
        const paging = { limit: WHOLE_PAGE_ITEMS, ...(cursor !== "" && { cursor }) };
        const page = await callList(route, isPaged(route) ? { ...fixed, ...paging } : fixed, signal);
        items.push(...page.items);
        cursor = page.nextCursor ?? "";
      } while (cursor !== "" && items.length < MAX_WHOLE_ITEMS);
      return { items };
    },
  });
}

/** The first matches of a search, to choose from. */
export function searchList<Row>({ key, route, local }: ListSource<Row>, q: string, limit = 20) {
  return queryOptions({
    queryKey: [...key, "search", q],
    queryFn: async ({ signal }): Promise<readonly Row[]> => {
      const sent = { limit: String(limit), ...(q !== "" && { q }) };
      const { items } = await callList(route, isPaged(route) ? acceptedBy(route, sent) : {}, signal);
      return items.filter((row) => isPaged(route) || matches(q, ...local.textsOf(row))).slice(0, limit);
    },
    placeholderData: keepPreviousData,
  });
}

export function isPaged(route: Route): boolean {
  return "cursor" in queryShape(route);
}

/** Whether the list can be put in this order. */
function takesSort<Row>(route: Route, { sorts = {} }: LocalList<Row>, sort: string): boolean {
  if (!isPaged(route)) return sort in sorts;
  return queryShape(route)["sort"]?.safeParse(sort).success ?? false;
}

function takesFilter<Row>(route: Route, { filters = {} }: LocalList<Row>, name: string): boolean {
  return isPaged(route) ? name in queryShape(route) : name in filters;
}

function queryShape(route: Route): Readonly<Record<string, z.ZodType>> {
  const { query } = route;
  return query instanceof z.ZodObject ? query.shape : {};
}

/** An old address may name what this server does not know; the list without it is better than none. */
function acceptedBy(route: Route, asked: Query): Query {
  const shape = queryShape(route);
  // The audit calls its search `text`.
  const named = "q" in shape || !("text" in shape) ? asked : { ...asked, text: asked["q"] ?? "" };
  return Object.fromEntries(
    Object.entries(named).filter(([name, value]) => shape[name]?.safeParse(value).success),
  );
}

function callList<Row>(route: ListRoute<Row>, query: Query, signal: AbortSignal): Promise<ListReply<Row>> {
  // The names of a query are checked against the route's own schema above, where no type can know them.
  return call(route as Route, { query, signal } as never) as Promise<ListReply<Row>>;
}

export function arrangeLocally<Row>(
  rows: readonly Row[],
  { q, sort, filters }: ListState,
  local: LocalList<Row>,
): readonly Row[] {
  const tests = Object.entries(filters).flatMap(([name, value]) => {
    const test = local.filters?.[name];
    return test ? [(row: Row) => test(row, value)] : [];
  });
  const shown = rows.filter((row) => tests.every((test) => test(row)) && matches(q, ...local.textsOf(row)));
  const by = sort === undefined ? undefined : local.sorts?.[sort.replace(/^-/, "")];
  if (!by) return shown;
  const direction = sort?.startsWith("-") ? -1 : 1;
  const compare = new Intl.Collator(locale, { numeric: true }).compare;
  return shown.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)];
    const order = typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b));
    return direction * order;
  });
}
