/** Words of the page for gateways. */
import { gatewaysText as de } from "./de/gateways.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Gateways",
  lead: "What carries the desktops. Viewers come in here; machines of a zone are reached by its gateways alone.",
  add: "Add a gateway",
  search: "Search gateways",
  columns: {
    gateway: "Gateway",
    state: "State",
    zone: "Zone",
    connections: "Connections",
    version: "Version",
    actions: "Actions",
  },
  kinds: { "built-in": "In the broker’s own program", separate: "A process of its own" },
  states: { connected: "Connected", silent: "Silent", away: "Away" },
  stateHints: {
    connected: "It takes connections.",
    silent: "Its link is open, but it says nothing.",
    away: "It has no link to the broker. It tries again by itself.",
  },
  everywhere: "Everywhere",
  lastSeen: (age: string) => `last seen ${age}`,
  neverSeen: "never seen",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  zone: "Zone",
  zoneHint: "Counts for whoever connects from now on; what is open stays.",
  remove: "Remove",
  removeTitle: (name: string) => `Remove the gateway ${name}?`,
  removeHint: (connections: number) =>
    connections === 0
      ? "Its link is closed and its key is refused from then on. Nothing is open on it. To let it back, add it again with another code."
      : `Its link is closed, its ${plural(connections, "open connection ends", "open connections end")} at once, and its key is refused from then on. People can connect again by another gateway. To let it back, add it again with another code.`,
  removeGateway: "Remove gateway",
  removed: (name: string) => `${name} was removed`,
  addTitle: "Add a gateway",
  addLead: "A one-time code lets it join. Say first what it is to be called.",
  addNameHint: "Such as its place: dmz, plant-north.",
  makeCode: "Make the code",
  runTitle: "Run this on the gateway’s host",
  brokerAddress: "The broker’s address, as the gateway reaches it",
  command: "Command",
  code: "Code, which it asks for",
  codeHint: "It is shown only now, and lets one gateway join.",
  waiting: "Waiting for the gateway",
  left: (minutes: string) => `The code is good for ${minutes} min more.`,
  expired: "The code has expired. Nothing has joined.",
  again: "Make another code",
  joined: (name: string) => `${name} has joined`,
  joinedHint: "It takes connections as soon as its link is open. Put it into a zone by editing it.",
  done: "Done",
  notAcceptedTitle: "This broker takes no other gateways",
  notAcceptedHint:
    "It runs in one program with its gateway. To add gateways, run the broker by itself with deskgate broker.",
  emptyTitle: "No gateways",
  emptyHint: "Without one nobody reaches a desktop. Add one to begin.",
};

export const gatewaysText = inLanguage({ en, de });
