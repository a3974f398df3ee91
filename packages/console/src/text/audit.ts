/** Words of the audit. */
import { auditText as de } from "./de/audit.ts";
import { inLanguage } from "./language.ts";

const en = {
  title: "Audit",
  lead: "What was done or refused, by whom and from where, newest first.",
  search: "Search the audit",
  columns: { at: "When", actor: "Who", action: "What", subject: "On", outcome: "Outcome", address: "From" },
  filters: { action: "What", actor: "Who", subject: "On", from: "When" },
  program: "Deskgate itself",
  ok: "Done",
  actions: {
    "sign_in.": "Signing in",
    "user.": "Users",
    "group.": "Groups",
    "machine.": "Machines",
    "pool.": "Pools",
    "entitlement.": "Entitlements",
    "session.": "Sessions",
  },
  entryTitle: (sequence: number) => `Entry ${sequence}`,
  detail: "Detail",
  hash: "Hash",
  previousHash: "Hash of the entry before",
  emptyTitle: "Nothing was written yet",
  emptyHint: "Every change and every refusal appears here.",
};

export const auditText = inLanguage({ en, de });
