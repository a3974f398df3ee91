/** Words of "Why can't they connect?". */
import { explainText as de } from "./de/explain.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Why can’t they connect?",
  lead: "Walks a person’s way to a desktop hop by hop and tries the machine at the end. Changes nothing.",
  user: "Person",
  pool: "Desktop or pool",
  protocol: "Protocol",
  anyProtocol: "Whatever they would get",
  address: "Their address",
  addressHint: "To look at networks, too. May stay empty.",
  emptyTitle: "Choose a person and a desktop",
  emptyHint:
    "Each step of the way is looked at in order, and the first one that fails is the reason. At the end the machine is tried, as a connection would.",
  ask: "Walk the way",
  again: "Walk it again",
  wouldConnect: "They would connect.",
  wouldNot: "They would be refused.",
  theyRead: (sentence: string) => `They read: “${sentence}”`,
  tried: (protocol: string, gateway: string) => `${protocol} by gateway ${gateway}`,
  machine: (name: string) => `The machine would be ${name}.`,
  hops: {
    identity: "Identity",
    entitlement: "Entitlement",
    access: "Hours and network",
    policy: "Policy",
    session: "Session",
    pool: "Pool",
    health: "Power and health",
    protocol: "Protocol",
    zone: "Zone",
    gateway: "Gateway",
    probe: "Trying the machine",
  },
  verdicts: { ok: "In order", failed: "Here it ends", skipped: "Not looked at" },
  userMissing: "Choose a person.",
  poolMissing: "Choose a desktop.",
  whyPolicy: "Which policy is in force?",
};

export const explainText = inLanguage({ en, de });
