/** What looking after policies needs of others. */
import type { PolicySays } from "@deskgate/contract";
import type { AccessQuestion } from "../../domain/access.ts";

export interface NamedPolicy {
  readonly id: string;
  readonly name: string;
  readonly says: PolicySays;
  readonly createdAt: number;
  /** Counts changes. */
  readonly version: number;
}

export interface PolicyChange {
  readonly name?: string | undefined;
  /** Fields that are absent stay as they are. */
  readonly says: { readonly [Field in keyof PolicySays]?: PolicySays[Field] | undefined };
  /** The version that the change rests on; absent where any will do. */
  readonly ifVersion?: number | undefined;
}

/** Making and changing throw `name_taken`, changing and removing `version_stale`. */
export interface PolicyStore {
  list(): Promise<readonly NamedPolicy[]>;
  find(policyId: string): Promise<NamedPolicy | undefined>;
  create(policy: NamedPolicy): Promise<void>;
  update(policyId: string, change: PolicyChange): Promise<NamedPolicy | undefined>;
  remove(policyId: string, ifVersion: number | undefined): Promise<"removed" | "unknown" | "in-use">;
  /** `undefined` where there is no such user or pool. */
  findAccess(userId: string, poolId: string): Promise<Pick<AccessQuestion, "pool" | "grants"> | undefined>;
}
