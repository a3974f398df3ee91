/** What looking after entitlements needs of others. */
import type { Entitlement } from "../../domain/machine.ts";

export interface EntitlementStore {
  list(): Promise<readonly Entitlement[]>;
  /** Throws `name_taken` where it exists, or `validation_failed` for unknown ids. */
  create(entitlement: Entitlement): Promise<void>;
  remove(entitlementId: string): Promise<boolean>;
}
