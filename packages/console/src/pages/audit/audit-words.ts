/** An entry of the audit in words. Codes of a newer server, for which there are none, are shown as they are. */
import { type AuditEntry, ERRORS, type ErrorCode } from "@deskgate/contract";
import { auditText } from "../../text/audit.ts";
import { refusalSentence } from "../../text/refusals.ts";

const DEEDS: Readonly<Partial<Record<string, string>>> = auditText.deeds;
const KINDS: Readonly<Partial<Record<string, string>>> = auditText.kinds;

export function spellDeed({ action }: Pick<AuditEntry, "action">): string {
  return DEEDS[action] ?? action;
}

export function spellKind({ subjectKind }: Pick<AuditEntry, "subjectKind">): string {
  return KINDS[subjectKind] ?? subjectKind;
}

/** Why it was refused. */
export function spellOutcome({ outcome }: Pick<AuditEntry, "outcome">): string {
  const said = Object.hasOwn(ERRORS, outcome) ? ERRORS[outcome as ErrorCode].message : outcome; // asked for in the same line
  return refusalSentence(outcome, said);
}

/** Most entries name what they are about; which field does, differs. */
const NAMES = [
  "name",
  "displayName",
  "userName",
  "desktop",
  "desktopName",
  "machineName",
  "poolName",
] as const;

export function nameIn(detail: AuditEntry["detail"]): string | undefined {
  return NAMES.map((field) => detail[field]).find(
    (name): name is string => typeof name === "string" && name !== "",
  );
}

/** One fact as a line: lists by comma, the rest as JSON has it. */
export function spellFact(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(", ");
  return JSON.stringify(value);
}
