/** Wörter um jede Liste. */
import { pluralDe } from "../plural.ts";
import { spellNumber } from "../quantities.ts";

export const tableText = {
  selectAll: "Alle Zeilen auswählen",
  select: (name: string) => `${name} auswählen`,
  selected: (count: number) => `${pluralDe(count, "Zeile", "Zeilen")} ausgewählt`,
  clearSelection: "Auswahl aufheben",
  addFilter: "Filter",
  chip: (filter: string, value: string) => `${filter}: ${value}`,
  removeChip: (filter: string) => `Filter ${filter} entfernen`,
  clearFilters: "Filter entfernen",
  count: (shown: number, total: number) =>
    shown < total
      ? `${spellNumber(shown)} von ${pluralDe(total, "Zeile", "Zeilen")}`
      : pluralDe(total, "Zeile", "Zeilen"),
  countSome: (shown: number) => `Die ersten ${pluralDe(shown, "Zeile", "Zeilen")}`,
  andMore: (left: number) => `${spellNumber(left)} weitere`,
  yes: "Ja",
  no: "Nein",
  bulkDone: (done: number) => `Für ${pluralDe(done, "Zeile", "Zeilen")} erledigt.`,
  bulkFailed: (failed: number, why: string) =>
    `${pluralDe(failed, "Zeile", "Zeilen")} konnten nicht geändert werden: ${why}`,
};
