/** Which desktops the launchpad shows, and in which order. */
import type { Desktop } from "@deskgate/contract";
import { matches } from "../../parts/matches.ts";
import { locale } from "../../text/language.ts";

export const ORDERS = ["recent", "name"] as const;
export type Order = (typeof ORDERS)[number];

/** Fewer than this are found by looking. */
const SEARCH_PAYS_FROM = 4;

export function isSearchUseful(desktops: readonly Desktop[]): boolean {
  return desktops.length >= SEARCH_PAYS_FROM;
}

/** `recent`: open sessions first, then what was used last, then by name. */
export function arrangeDesktops(
  desktops: readonly Desktop[],
  search: string,
  order: Order = "recent",
): readonly Desktop[] {
  return desktops
    .filter(({ name, description }) => matches(search, name, description))
    .toSorted(order === "recent" ? byUse : byName);
}

function byUse(one: Desktop, other: Desktop): number {
  if (one.state !== other.state) return one.state === "in-session" ? -1 : 1;
  const [oneUsed, otherUsed] = [one.lastUsedAt ?? "", other.lastUsedAt ?? ""];
  if (oneUsed !== otherUsed) return oneUsed < otherUsed ? 1 : -1;
  return byName(one, other);
}

function byName(one: Desktop, other: Desktop): number {
  return one.name.localeCompare(other.name, locale, { numeric: true });
}
