/** Words of the import. */
import { importText as de } from "./de/import.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Import",
  lead: "Users, groups, machines, pools and entitlements from CSV files: all rows or none.",
  drop: "Drop CSV files here, or choose them",
  dropHint:
    "Files are told apart by their names: users.csv, groups.csv, machines.csv, pools.csv, entitlements.csv.",
  choose: "Choose files",
  kinds: {
    groups: "Groups",
    users: "Users",
    machines: "Machines",
    pools: "Pools",
    entitlements: "Entitlements",
  },
  known: "Columns",
  knownHint:
    "The first row names the columns; the first of each line here is what a row is known by. Several names in one cell are parted by semicolons. What is not named stays as it is.",
  export: "Download what is here",
  kind: "What is in it",
  rows: (count: number) => plural(count, "row", "rows"),
  remove: (name: string) => `Take ${name} out`,
  check: "Check without writing",
  apply: "Import",
  applyHint: (changes: number) => `Import ${plural(changes, "change", "changes")}`,
  columns: {
    kind: "What",
    created: "New",
    updated: "Changed",
    unchanged: "As they are",
    row: "Row",
    column: "Column",
    reason: "What is wrong",
  },
  errors: (count: number) => `${plural(count, "thing is", "things are")} wrong; nothing was written.`,
  ready: "Everything is in order. Nothing was written yet.",
  done: "Imported.",
  nothingNew: "Everything in the files is here already.",
  unknownKind: (name: string) => `What is in ${name} cannot be told from its name; choose it.`,
};

export const importText = inLanguage({ en, de });
