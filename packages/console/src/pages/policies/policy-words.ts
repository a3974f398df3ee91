/** What a policy says about one field, in words. */
import type { EffectivePolicy, Protocol } from "@deskgate/contract";
import { launchpadText } from "../../text/launchpad.ts";
import { policiesText } from "../../text/policies.ts";
import { spellBytes, spellDuration, spellNumber } from "../../text/quantities.ts";

export type PolicyField = keyof EffectivePolicy;
export type PolicyValue = boolean | number | readonly Protocol[] | null;

export const POLICY_FIELDS = Object.keys(policiesText.fields) as PolicyField[]; // the catalogue has a word for each

export function spellPolicyValue(field: PolicyField, value: PolicyValue): string {
  if (value === null) return field === "protocols" ? policiesText.allProtocols : policiesText.unlimited;
  if (typeof value === "boolean") return spellClaim(field, value);
  if (typeof value === "number") return spellAmount(field, value);
  return value.map((one) => launchpadText.protocols[one]).join(", ");
}

function spellClaim(field: PolicyField, isSaid: boolean): string {
  const { yes, no, allow, forbid } = policiesText.says;
  if (field === "record") return isSaid ? yes : no;
  return isSaid ? allow : forbid;
}

function spellAmount(field: PolicyField, amount: number): string {
  if (field === "maxSessions") return spellNumber(amount);
  if (field === "bytesPerSecond") return amount === 0 ? policiesText.unlimited : `${spellBytes(amount)}/s`;
  return amount === 0 ? policiesText.never : spellDuration(amount);
}
