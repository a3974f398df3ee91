/** Words of policies: their page, the form of a pool's own, and why one is in force. */
import { policiesText as de } from "./de/policies.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Policies",
  lead: "What connections may do, by name. An entitlement names one; the most generous of a person’s counts, up to the pool’s own.",
  add: "Add policy",
  search: "Search policies",
  columns: { policy: "Policy", says: "What it says", actions: "Actions" },
  saysNothing: "Nothing",
  fields: {
    clipboardToMachine: "Clipboard to the machine",
    clipboardFromMachine: "Clipboard from the machine",
    filesToMachine: "Files to the machine",
    filesFromMachine: "Files from the machine",
    idleMs: "Ends after idling for",
    absoluteMs: "Ends after",
    bytesPerSecond: "Data rate",
    maxSessions: "Sessions at once",
    protocols: "Protocols",
    record: "Recorded",
  },
  says: { nothing: "Says nothing", allow: "Allowed", forbid: "Forbidden", yes: "Yes", no: "No" },
  minuteSuffix: " min",
  rateSuffix: " kB/s",
  zeroIsNever: "0 is never.",
  zeroIsUnlimited: "0 is as fast as it goes.",
  sessionsHint: "On all pools together.",
  never: "Never",
  unlimited: "Unlimited",
  allProtocols: "All",
  addTitle: "Add a policy",
  editTitle: (name: string) => `Edit ${name}`,
  name: "Name",
  emptyTitle: "No policies yet",
  emptyHint: "Without any, every connection may do what its pool allows.",
  deleteTitle: (name: string) => `Delete the policy ${name}?`,
  deleteHint: "Only one that no entitlement names can be deleted. This cannot be undone.",
  deletePolicy: "Delete policy",
  why: "Why is this so?",
  whyLead: "Choose a person and a pool to see which policy is in force, and who said so.",
  whyUser: "Person",
  whyPool: "Pool",
  whyColumns: { field: "Field", value: "In force", because: "Because" },
  because: {
    entitlement: (name: string, said: string) => `${name} says ${said}`,
    pool: (name: string, said: string) => `the pool ${name} allows at most ${said}`,
    default: "nobody says anything else",
  },
};

export const policiesText = inLanguage({ en, de });
