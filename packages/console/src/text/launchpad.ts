/** Words of the launchpad. */
import { launchpadText as de } from "./de/launchpad.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "My desktops",
  search: "Search desktops",
  searchHint: "Press / to search",
  connect: "Connect",
  connectTo: (name: string) => `Connect to ${name}`,
  available: "Available",
  inSession: "In session",
  viewers: (count: number) => `In session, ${plural(count, "viewer", "viewers")}`,
  lastUsed: (age: string) => `Last used ${age}`,
  neverUsed: "Not used yet",
  protocols: { rdp: "RDP", spice: "SPICE", ssh: "SSH", vnc: "VNC" },
  count: (count: number) => plural(count, "desktop", "desktops"),
  noneFound: (search: string) => `No desktop matches “${search}”.`,
  clearSearch: "Clear the search",
  emptyTitle: "No desktops yet",
  emptyForUser:
    "Nobody has given you a desktop yet. Ask your administrator for access; it appears here at once.",
  emptyForAdministrator: "Add a machine, then say who may use it. Yours appear here at once.",
  sort: "Order",
  sorts: { recent: "Last used", name: "Name" },
  favourites: "Favourites",
  others: "All others",
  favourite: (name: string) => `Make ${name} a favourite`,
  notFavourite: (name: string) => `${name} is a favourite; take it off`,
  down: "Switched off or not answering",
  asleep: "Off; connecting starts it",
  chooseProtocol: (name: string) => `Other ways to connect to ${name}`,
  connectBy: (protocol: string) => `Connect by ${protocol}`,
  usedLast: "used last",
  endSession: "End session",
  endTitle: (name: string) => `End your session on ${name}?`,
  endHint:
    "Your windows on it close, and the machine is given back. What you have not saved on it may be lost.",
  addMachine: "Add a machine",
  giveAccess: "Say who may use what",
};

export const launchpadText = inLanguage({ en, de });
