/** What looking after entitlements needs of others. */
import type { Entitlement } from "../../domain/machine.ts";
import type { Page, PageRequest } from "../../domain/page.ts";

export type EntitlementSort = "createdAt" | "poolName";

export interface EntitlementFilter {
  readonly userId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly poolId?: string | undefined;
}

export interface EntitlementStore {
  list(request: PageRequest<EntitlementSort>, filter: EntitlementFilter): Promise<Page<Entitlement>>;
  find(entitlementId: string): Promise<Entitlement | undefined>;
  /** Throws `name_taken` where it exists, or `validation_failed` for unknown ids. */
  create(entitlement: Entitlement): Promise<void>;
  /** Throws `version_stale`. */
  remove(entitlementId: string, ifVersion: number | undefined): Promise<boolean>;
}
