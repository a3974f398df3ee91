/** What looking after entitlements needs of others. */
import type { TimeWindow } from "@deskgate/contract";
import type { Entitlement } from "../../domain/machine.ts";

/** Absent fields stay as they are; a null takes the policy away. */
export interface EntitlementChange {
  readonly policyId?: string | null | undefined;
  readonly windows?: readonly TimeWindow[] | undefined;
  readonly networks?: readonly string[] | undefined;
}

export interface EntitlementStore {
  list(): Promise<readonly Entitlement[]>;
  /** Throws `name_taken` where it exists, or `validation_failed` for unknown ids. */
  create(entitlement: Entitlement): Promise<void>;
  /** Throws `validation_failed` for an unknown policy; `undefined` where there is no such entitlement. */
  update(entitlementId: string, change: EntitlementChange): Promise<Entitlement | undefined>;
  remove(entitlementId: string): Promise<boolean>;
}
