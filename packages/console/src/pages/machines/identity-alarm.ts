/** Whether a machine shows, since the last decision on it, something that is refused. */
import type { Machine, MachineIdentity } from "@deskgate/contract";

export function hasIdentityAlarm({ identities }: Pick<Machine, "identities">): boolean {
  return identities.some(
    (identity) => identity.state === "refused" && decidedBefore(identity, identities) < identity.lastSeenAt,
  );
}

/** When an administrator, or first use, last decided on the protocol; ISO times compare as text. */
function decidedBefore({ protocol }: MachineIdentity, all: readonly MachineIdentity[]): string {
  const accepted = all.find((one) => one.protocol === protocol && one.state === "accepted");
  return accepted?.acceptedAt ?? "";
}
