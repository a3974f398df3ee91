/** Words of the page for live sessions. */

import { sessionsText as de } from "./de/sessions.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Live sessions",
  lead: "Who is on which desktop now. Refreshes by itself.",
  columns: {
    user: "User",
    machine: "Machine",
    since: "Since",
    viewer: "Viewer",
    roundTrip: "Round trip",
    traffic: "Received / sent",
    idle: "Idle",
    actions: "Actions",
  },
  noViewer: "No viewer connected",
  connecting: "connecting",
  active: "active",
  kill: "Kill",
  killOf: (user: string, machine: string) => `Kill the session of ${user} on ${machine}`,
  killTitle: (user: string) => `Kill the session of ${user}?`,
  killHint: (machine: string) =>
    `Their viewer of ${machine} closes within a second. What runs on the desktop goes on running; they may connect again as long as they are entitled.`,
  killSession: "Kill session",
  killed: "The session was ended.",
  emptyTitle: "Nobody is connected",
  emptyHint: "Sessions appear here as soon as somebody opens a desktop.",
  stale: "No answer from the server; these are the last known sessions.",
};

export const sessionsText = inLanguage({ en, de });
