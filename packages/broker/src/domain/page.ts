/** One page of a list, by position: what was asked for and what was found. Not how a position is spelled in a cursor. */

/** Where a page ended: the sorted field's value of the last item, and its id for items that are alike in it. */
export interface Position {
  readonly key: string | number;
  readonly id: string;
}

export interface PageRequest<Sort extends string> {
  readonly limit: number;
  readonly sort: Sort;
  readonly isDescending: boolean;
  /** Absent for the first page. */
  readonly after: Position | undefined;
  /** Text that items contain, whatever its case. */
  readonly search: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last one. */
  readonly next: Position | undefined;
  /** Counted for the first page only. */
  readonly total: number | undefined;
}

export function mapPage<From, To>({ items, ...page }: Page<From>, map: (item: From) => To): Page<To> {
  return { ...page, items: items.map(map) };
}
