/** Whether a person may use a pool now and from here, and by which policy. Pure. */
import type { PoolPolicy } from "@deskgate/contract";
import { type Grant, type GrantRefusal, judgeGrants, type Moment } from "./grant.ts";
import { type PolicySource, type ResolvedPolicy, resolvePolicy } from "./policy.ts";

export interface AccessQuestion {
  readonly pool: PolicySource & { readonly policy: PoolPolicy };
  readonly grants: readonly Grant[];
  readonly moment: Moment;
}

export type Access = { readonly allowed: ResolvedPolicy } | { readonly refused: GrantRefusal };

export function judgeAccess({ pool, grants, moment }: AccessQuestion): Access {
  const judged = judgeGrants(grants, moment);
  return "refused" in judged ? judged : { allowed: policyBy(pool, judged.counting) };
}

/** The policy by these grants, or by none. */
export function policyBy(pool: AccessQuestion["pool"], grants: readonly Grant[]): ResolvedPolicy {
  const entitlements = grants.flatMap(({ entitlementId, policy }) =>
    policy ? [{ id: entitlementId, ...policy }] : [],
  );
  return resolvePolicy({ pool, entitlements });
}
