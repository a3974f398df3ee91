/** Words of the page that says who may use what. */

import { accessText as de } from "./de/access.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Access",
  lead: "Who may use which desktop. Changes count at once.",
  filter: "Search desktops",
  columns: { desktop: "Desktop", people: "Who may use it" },
  add: "Add people",
  addTo: (pool: string) => `Add people to ${pool}`,
  addPlaceholder: "Add a user or group",
  remove: (who: string, pool: string) => `Take ${pool} away from ${who}`,
  removed: (who: string, pool: string) => `${who} may no longer use ${pool}.`,
  undo: "Undo",
  termsTitle: (who: string) => `When and how ${who} may use it`,
  termsOf: (who: string, pool: string) => `${who}: when and how they may use ${pool}`,
  hasTerms: "With hours, networks or a policy",
  policy: "Policy",
  noPolicy: "None: what the pool allows",
  windows: "Hours",
  windowsHint: "None means always. An end that is not later is on the next day.",
  addWindow: "Add hours",
  removeWindow: (window: string) => `Remove ${window}`,
  days: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  from: "From",
  to: "To",
  timeZone: "Time zone",
  networks: "Networks",
  networksHint: "One per line, such as 10.0.0.0/8. None means from everywhere.",
  nobody: "Nobody",
  everyoneAdded: "Everyone is on the list",
  groupHeading: "Groups",
  userHeading: "Users",
  deleted: "(deleted)",
  emptyTitle: "Nothing to hand out yet",
  emptyHint: "Add a machine first; then say here who may use it.",
  toMachines: "To the machines",
};

export const accessText = inLanguage({ en, de });
