/** Wörter des Überblicks. */
import { pluralDe } from "../plural.ts";

export const overviewText = {
  title: "Überblick",
  lead: "Die Anlage in diesem Augenblick. Aktualisiert sich von selbst.",
  peopleOn: "Verbundene Personen",
  liveSessions: "Laufende Sitzungen",
  machines: "Maschinen, die antworten",
  gateways: "Bereite Gateways",
  gatewayList: "Gateways",
  of: (part: string, all: string) => `${part} von ${all}`,
  curve: "Sitzungen in den letzten 24 Stunden",
  curveSummary: (most: number, now: number) =>
    `Laufende Sitzungen in den letzten 24 Stunden: höchstens ${most}, jetzt ${now}.`,
  curveNone: "Noch wurde nichts gemessen. Alle fünf Minuten kommt ein Punkt dazu.",
  asTable: "Als Tabelle zeigen",
  reading: (time: string, live: number) => `${time}: ${pluralDe(live, "Sitzung", "Sitzungen")}`,
  at: "Um",
  live: "Laufend",
  machineStates: "Maschinen nach Zustand",
  states: {
    up: "Antwortet",
    unknown: "Nicht bekannt",
    maintenance: "In Wartung",
    down: "Antwortet nicht",
  },
  gatewayStates: { ready: "Bereit", silent: "Stumm", away: "Abwesend" },
  connections: (count: number) => pluralDe(count, "Verbindung", "Verbindungen"),
  noGateways: "Noch hat sich kein Gateway gemeldet.",
  refusals: "Letzte Ablehnungen",
  noRefusals: "In letzter Zeit wurde niemandem ein Desktop verweigert.",
  columns: { at: "Wann", who: "Wer", desktop: "Desktop", why: "Warum", explain: "Nachsehen" },
  explain: "Nachsehen",
  explainFor: (who: string, desktop: string) => `Nachsehen, warum ${who} ${desktop} verweigert wurde`,
  allRefusals: "Alle Ablehnungen",
  unknownDesktop: "Einer, der nicht zu sehen ist",
};
