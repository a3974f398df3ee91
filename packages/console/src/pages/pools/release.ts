/** When a pool takes its machine back, as a choice of a form and as words. */
import type { Release } from "@deskgate/contract";
import { poolsText } from "../../text/pools.ts";
import { spellDuration } from "../../text/quantities.ts";

const NEVER = "never";
/** A new floating pool without a rule of its own. */
export const SITE_DEFAULT = "site";

export function choiceOfRelease({ afterDisconnectMs }: Release): string {
  return afterDisconnectMs === null ? NEVER : String(afterDisconnectMs);
}

export function afterDisconnectOf(choice: string): number | null {
  return choice === NEVER ? null : Number(choice);
}

/** The usual ones, and the present one where it was set elsewhere. */
export function releaseChoices(present: string, hasSiteDefault = false): { value: string; label: string }[] {
  const usual = Object.entries(poolsText.releases).map(([value, label]) => ({ value, label }));
  if (hasSiteDefault) usual.unshift({ value: SITE_DEFAULT, label: poolsText.releaseSiteDefault });
  if (usual.some(({ value }) => value === present)) return usual;
  return [...usual, { value: present, label: spellDuration(Number(present)) }];
}

export function spellRelease({ afterDisconnectMs }: Release): string {
  if (afterDisconnectMs === null) return poolsText.releaseNever;
  if (afterDisconnectMs === 0) return poolsText.releaseAtOnce;
  return poolsText.releaseAfter(spellDuration(afterDisconnectMs));
}
