/** A pool's policy as its column holds it: JSON, or null for what every pool allows. */
import { type PoolPolicy, poolPolicySchema } from "@deskgate/contract";

export function policyOf(column: string | null): PoolPolicy {
  return poolPolicySchema.parse(column === null ? {} : JSON.parse(column));
}
