/** Wörter des Imports. */
import { pluralDe } from "../plural.ts";

export const importText = {
  title: "Import",
  lead: "Benutzer, Gruppen, Maschinen, Pools und Berechtigungen aus CSV-Dateien: alle Zeilen oder keine.",
  drop: "CSV-Dateien hier ablegen oder wählen",
  dropHint:
    "Die Dateien werden am Namen erkannt: users.csv, groups.csv, machines.csv, pools.csv, entitlements.csv.",
  choose: "Dateien wählen",
  kinds: {
    groups: "Gruppen",
    users: "Benutzer",
    machines: "Maschinen",
    pools: "Pools",
    entitlements: "Berechtigungen",
  },
  known: "Spalten",
  knownHint:
    "Die erste Zeile nennt die Spalten; die jeweils erste hier sagt, wovon eine Zeile handelt. Mehrere Namen in einer Zelle trennt ein Semikolon. Was nicht genannt ist, bleibt, wie es ist.",
  export: "Herunterladen, was da ist",
  kind: "Was darin ist",
  rows: (count: number) => pluralDe(count, "Zeile", "Zeilen"),
  remove: (name: string) => `${name} herausnehmen`,
  check: "Prüfen, ohne zu schreiben",
  apply: "Übernehmen",
  applyHint: (changes: number) => `${pluralDe(changes, "Änderung", "Änderungen")} übernehmen`,
  columns: {
    kind: "Was",
    created: "Neu",
    updated: "Geändert",
    unchanged: "Wie sie sind",
    row: "Zeile",
    column: "Spalte",
    reason: "Was falsch ist",
  },
  errors: (count: number) => `${pluralDe(count, "Fehler", "Fehler")}; es wurde nichts geschrieben.`,
  ready: "Alles ist in Ordnung. Noch wurde nichts geschrieben.",
  done: "Übernommen.",
  nothingNew: "Alles in den Dateien ist schon da.",
  unknownKind: (name: string) => `Was in ${name} ist, sagt der Name nicht; wählen Sie es.`,
};
