/** Whether an entitlement counts now and from here. Pure. */
import { type ErrorCode, isInNetwork, type PolicySays, type TimeWindow } from "@deskgate/contract";
import { isOpenAt } from "./time-window.ts";

/** One entitlement by which a person may use a pool, as far as letting them in needs to know it. */
export interface Grant {
  readonly entitlementId: string;
  readonly windows: readonly TimeWindow[];
  readonly networks: readonly string[];
  readonly policy: { readonly name: string; readonly says: PolicySays } | undefined;
}

export interface Moment {
  readonly at: number;
  /** Where the person is; networks are not looked at where it is not known. */
  readonly address: string | undefined;
}

export type GrantRefusal = Extract<
  ErrorCode,
  "desktop_not_entitled" | "outside_time_window" | "network_not_allowed"
>;

/** The grants that count, or why none does. */
export function judgeGrants(
  grants: readonly Grant[],
  { at, address }: Moment,
): { readonly counting: readonly Grant[] } | { readonly refused: GrantRefusal } {
  if (grants.length === 0) return { refused: "desktop_not_entitled" };
  const inTime = grants.filter(({ windows }) => isOpenAt(windows, at));
  if (inTime.length === 0) return { refused: "outside_time_window" };
  const counting = inTime.filter(({ networks }) => isInside(networks, address));
  return counting.length === 0 ? { refused: "network_not_allowed" } : { counting };
}

function isInside(networks: readonly string[], address: string | undefined): boolean {
  if (networks.length === 0 || address === undefined) return true;
  return networks.some((network) => isInNetwork(address, network));
}
