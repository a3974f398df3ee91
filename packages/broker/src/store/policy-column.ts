/** Policies as columns hold them: JSON that was written from values of these very shapes. */
import {
  type EffectivePolicy,
  effectivePolicySchema,
  type PolicySays,
  policySaysSchema,
} from "@deskgate/contract";

export function saysOf(column: string): PolicySays {
  return policySaysSchema.parse(JSON.parse(column));
}

export function effectivePolicyOf(column: string): EffectivePolicy {
  return effectivePolicySchema.parse(JSON.parse(column));
}
