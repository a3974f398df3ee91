/** What looking after policies needs of others. */
import type { PolicySays } from "@deskgate/contract";
import type { AccessQuestion } from "../../domain/access.ts";

export interface NamedPolicy {
  readonly id: string;
  readonly name: string;
  readonly says: PolicySays;
  readonly createdAt: number;
}

export interface PolicyChange {
  readonly name?: string | undefined;
  /** Fields that are absent stay as they are. */
  readonly says: { readonly [Field in keyof PolicySays]?: PolicySays[Field] | undefined };
}

/** Both writing calls throw `name_taken`. */
export interface PolicyStore {
  list(): Promise<readonly NamedPolicy[]>;
  create(policy: NamedPolicy): Promise<void>;
  update(policyId: string, change: PolicyChange): Promise<NamedPolicy | undefined>;
  remove(policyId: string): Promise<"removed" | "unknown" | "in-use">;
  /** `undefined` where there is no such user or pool. */
  findAccess(userId: string, poolId: string): Promise<Pick<AccessQuestion, "pool" | "grants"> | undefined>;
}
