/** Words of the overview. */
import { overviewText as de } from "./de/overview.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Overview",
  lead: "The site at this moment. Refreshes by itself.",
  peopleOn: "People on",
  liveSessions: "Live sessions",
  machines: "Machines answering",
  gateways: "Gateways ready",
  gatewayList: "Gateways",
  of: (part: string, all: string) => `${part} of ${all}`,
  curve: "Sessions in the last 24 hours",
  curveSummary: (most: number, now: number) =>
    `Live sessions over the last 24 hours: at most ${most}, now ${now}.`,
  curveNone: "Nothing was measured yet. A point is taken every five minutes.",
  asTable: "Show as a table",
  reading: (time: string, live: number) => `${time}: ${plural(live, "session", "sessions")}`,
  at: "At",
  live: "Live",
  machineStates: "Machines by state",
  states: { up: "Answering", unknown: "Not known", maintenance: "In maintenance", down: "Not answering" },
  gatewayStates: { ready: "Ready", silent: "Silent", away: "Away" },
  connections: (count: number) => plural(count, "connection", "connections"),
  noGateways: "No gateway has reported yet.",
  refusals: "Last refusals",
  noRefusals: "Nobody was refused a desktop lately.",
  columns: { at: "When", who: "Who", desktop: "Desktop", why: "Why", explain: "Find out why" },
  explain: "Find out why",
  explainFor: (who: string, desktop: string) => `Find out why ${who} was refused ${desktop}`,
  allRefusals: "All refusals",
  unknownDesktop: "One they may not see",
};

export const overviewText = inLanguage({ en, de });
