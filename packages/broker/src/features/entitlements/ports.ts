/** What looking after entitlements needs of others. */
import type { TimeWindow } from "@deskgate/contract";
import type { Entitlement } from "../../domain/machine.ts";
import type { Page, PageRequest } from "../../domain/page.ts";

export type EntitlementSort = "createdAt" | "poolName";

export interface EntitlementFilter {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly poolId?: string | undefined;
}

/** Absent fields stay as they are; a null takes the policy away. */
export interface EntitlementChange {
  readonly policyId?: string | null | undefined;
  readonly windows?: readonly TimeWindow[] | undefined;
  readonly networks?: readonly string[] | undefined;
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

export interface EntitlementStore {
  list(request: PageRequest<EntitlementSort>, filter: EntitlementFilter): Promise<Page<Entitlement>>;
  find(entitlementId: string): Promise<Entitlement | undefined>;
  /** Throws `name_taken` where it exists, or `validation_failed` for unknown ids. */
  create(entitlement: Entitlement): Promise<void>;
  /** Throws `version_stale`, or `validation_failed` for an unknown policy; `undefined` where there is no such entitlement. */
  update(entitlementId: string, change: EntitlementChange): Promise<Entitlement | undefined>;
  /** Throws `version_stale`. */
  remove(entitlementId: string, ifVersion: number | undefined): Promise<boolean>;
}
