/** Words around every list. */
import { tableText as de } from "./de/table.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";
import { spellNumber } from "./quantities.ts";

const en = {
  selectAll: "Select all rows",
  select: (name: string) => `Select ${name}`,
  selected: (count: number) => `${plural(count, "row", "rows")} selected`,
  clearSelection: "Clear the selection",
  addFilter: "Filter",
  chip: (filter: string, value: string) => `${filter}: ${value}`,
  removeChip: (filter: string) => `Remove the filter ${filter}`,
  clearFilters: "Clear the filters",
  count: (shown: number, total: number) =>
    shown < total ? `${spellNumber(shown)} of ${plural(total, "row", "rows")}` : plural(total, "row", "rows"),
  countSome: (shown: number) => `The first ${plural(shown, "row", "rows")}`,
  andMore: (left: number) => `${spellNumber(left)} more`,
  yes: "Yes",
  no: "No",
  bulkDone: (done: number) => `Done for ${plural(done, "row", "rows")}.`,
  bulkFailed: (failed: number, why: string) =>
    `${plural(failed, "row", "rows")} could not be changed: ${why}`,
};

export const tableText = inLanguage({ en, de });
