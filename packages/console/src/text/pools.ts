/** Words of the page for pools. */
import { poolsText as de } from "./de/pools.ts";
import { inLanguage } from "./language.ts";
import { plural } from "./plural.ts";

const en = {
  title: "Pools",
  lead: "Machines that are handed out by one rule. Each machine also has a pool of its own.",
  add: "Add pool",
  search: "Search pools",
  columns: {
    pool: "Pool",
    kind: "Kind",
    machines: "Machines",
    occupancy: "Occupancy",
    release: "Given back",
    actions: "Actions",
  },
  kinds: { machine: "One machine", dedicated: "Dedicated", floating: "Floating" },
  kindHints: {
    machine: "Made with its machine; several people may be on it.",
    dedicated: "The first use binds a machine to a person; they always come back to it.",
    floating: "Any free machine, for as long as the session lives.",
  },
  filters: { kind: "Kind" },
  machines: (count: number) => plural(count, "machine", "machines"),
  free: (free: number, all: number) => `${free} of ${all} free`,
  occupancyAll: (inUse: number, down: number, maintenance: number, assigned: number) =>
    `${inUse} in use, ${down} not answering, ${maintenance} in maintenance, ${assigned} assigned`,
  addTitle: "Add a pool",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  description: "Description",
  kind: "Kind",
  machineField: "Machines",
  machineHint: "A machine may be in several pools, but in one session of them at a time.",
  release: "Give the machine back after nobody has looked for",
  releaseHint: "The session ends then. Programs that still run on the machine are its own business.",
  releases: {
    never: "Never: only when the person ends it",
    "0": "At once",
    "900000": "15 minutes",
    "3600000": "1 hour",
    "28800000": "8 hours",
    "86400000": "1 day",
    "604800000": "7 days",
  },
  releaseSiteDefault: "The site’s default, as the settings say",
  releaseAfter: (duration: string) => `After ${duration}`,
  releaseNever: "By the person only",
  releaseAtOnce: "At once",
  onSignOut: "Also when the person signs out of Deskgate",
  editMachines: "Machines",
  editPolicy: "Policy",
  assignments: "Assignments",
  sessions: "Sessions",
  machinesTitle: (name: string) => `Machines of ${name}`,
  policyTitle: (name: string) => `Policy of ${name}`,
  policyHint: "A ceiling: no policy of an entitlement goes beyond it. Counts for the next connection.",
  assignmentsTitle: (name: string) => `Who has which machine of ${name}`,
  assignmentsNone: "Nobody has one yet. The first use binds a machine.",
  takeBack: "Take back",
  takeBackOf: (user: string) => `Take the machine of ${user} back`,
  takeBackTitle: (user: string) => `Take the machine of ${user} back?`,
  takeBackHint: (machine: string) =>
    `Their session on ${machine} ends, and the next person may get it with what is on it.`,
  emptyTitle: "No pools yet",
  emptyHint: "With a pool, many people share many machines, each getting one that is free.",
  deleteTitle: (name: string) => `Delete the pool ${name}?`,
  deleteHint: (machines: string) =>
    `It leaves everyone’s launchpad and its sessions end at once. Its ${machines} stay.`,
  deletePool: "Delete pool",
  added: (name: string) => `${name} was added`,
};

export const poolsText = inLanguage({ en, de });
