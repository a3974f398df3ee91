/** What a list shows of all there is: search, order, filters. It lives in the address, so that it can be passed on. */

/** `name` ascends, `-name` descends. */
export type Sort = string;

export interface ListState {
  readonly q: string;
  readonly sort: Sort | undefined;
  /** Filter name → the one value that is asked for. */
  readonly filters: Readonly<Record<string, string>>;
}

/** Reads an address; what it does not know stays out. */
export function stateOfSearch(
  search: Readonly<Record<string, unknown>>,
  filterNames: readonly string[],
): ListState {
  const filters = filterNames.flatMap((name) => {
    const value = textOf(search[name]);
    return value === "" ? [] : [[name, value] as const];
  });
  const sort = textOf(search["sort"]);
  return {
    q: textOf(search["q"]),
    sort: sort === "" ? undefined : sort,
    filters: Object.fromEntries(filters),
  };
}

/** For the address; undefined leaves a key out. */
export function searchOfState(
  { q, sort, filters }: ListState,
  filterNames: readonly string[],
): Record<string, string | undefined> {
  const named = filterNames.map((name) => [name, filters[name]] as const);
  return { ...Object.fromEntries(named), q: q === "" ? undefined : q, sort };
}

/** The order after a click on a column's header: up, down, and back to the list's own. */
export function nextSort(present: Sort | undefined, column: string): Sort | undefined {
  if (present === column) return `-${column}`;
  return present === `-${column}` ? undefined : column;
}

export function ariaSortOf(present: Sort | undefined, column: string): "ascending" | "descending" | "none" {
  if (present === column) return "ascending";
  return present === `-${column}` ? "descending" : "none";
}

/** The router reads `?q=5` as a number. */
function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
