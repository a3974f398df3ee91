/** When a pool takes its machine back, as a choice of a form and as words. */
import type { Release } from "@deskgate/contract";
import { poolsText } from "../../text/pools.ts";
import { spellDuration } from "../../text/quantities.ts";

const NEVER = "never";

export function choiceOfRelease({ afterDisconnectMs }: Release): string {
  return afterDisconnectMs === null ? NEVER : String(afterDisconnectMs);
}

export function afterDisconnectOf(choice: string): number | null {
  return choice === NEVER ? null : Number(choice);
}

/** The usual ones, and the present one where it was set elsewhere. */
export function releaseChoices(present: string): { value: string; label: string }[] {
  const usual = Object.entries(poolsText.releases).map(([value, label]) => ({ value, label }));
  if (usual.some(({ value }) => value === present)) return usual;
  return [...usual, { value: present, label: spellDuration(Number(present)) }];
}

export function spellRelease({ afterDisconnectMs }: Release): string {
  if (afterDisconnectMs === null) return poolsText.releaseNever;
  if (afterDisconnectMs === 0) return poolsText.releaseAtOnce;
  return poolsText.releaseAfter(spellDuration(afterDisconnectMs));
}
