/** Words of the page that says who may use what. */

import { accessText as de } from "./de/access.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Access",
  lead: "Who may use which desktop. Changes count at once.",
  filter: "Filter desktops",
  columns: { desktop: "Desktop", people: "Who may use it" },
  add: "Add people",
  addTo: (pool: string) => `Add people to ${pool}`,
  addPlaceholder: "Add a user or group",
  remove: (who: string, pool: string) => `Take ${pool} away from ${who}`,
  removed: (who: string, pool: string) => `${who} may no longer use ${pool}.`,
  undo: "Undo",
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
