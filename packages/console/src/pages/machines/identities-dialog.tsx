/** The certificates and host keys that a machine has shown, and the administrator's word on them. */

import type { Machine, MachineIdentity } from "@deskgate/contract";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { TbAlertTriangle } from "react-icons/tb";
import { useAcceptIdentity } from "../../api/machines.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FormProblem } from "../../parts/form-problem.tsx";
import { launchpadText } from "../../text/launchpad.ts";
import { machinesText } from "../../text/machines.ts";
import { spellMoment } from "../../text/quantities.ts";
import { hasIdentityAlarm } from "./identity-alarm.ts";

interface IdentitiesDialogProps {
  readonly machine: Machine;
  readonly onClose: () => void;
}

export function IdentitiesDialog({ machine, onClose }: IdentitiesDialogProps) {
  const accept = useAcceptIdentity();
  const { identities } = machine;
  return (
    <Dialog onClose={onClose} size="lg" title={machinesText.identitiesOf(machine.name)}>
      <Stack gap="md">
        <Text size="sm">
          {identities.length === 0 ? machinesText.identitiesNone : machinesText.identitiesHint}
        </Text>
        {hasIdentityAlarm(machine) && (
          <Alert
            role="alert"
            color="red"
            variant="light"
            icon={<TbAlertTriangle size={18} />}
            title={machinesText.identityAlarm}
          >
            {machinesText.identityAlarmHint}
          </Alert>
        )}
        {accept.error && <FormProblem error={accept.error} />}
        {identities.map((identity) => (
          <Identity
            key={identity.id}
            identity={identity}
            isBusy={accept.isPending}
            onAccept={() => accept.mutate({ id: machine.id, identityId: identity.id })}
          />
        ))}
      </Stack>
    </Dialog>
  );
}

interface IdentityProps {
  readonly identity: MachineIdentity;
  readonly isBusy: boolean;
  readonly onAccept: () => void;
}

function Identity({ identity, isBusy, onAccept }: IdentityProps) {
  const { protocol, kind, state, fingerprint, description, firstSeenAt, lastSeenAt } = identity;
  return (
    <div className="dg-identity" data-testid="identity" data-state={state} data-fingerprint={fingerprint}>
      <div className="dg-tags">
        <span className="dg-cell-main">{launchpadText.protocols[protocol]}</span>
        <span className={`dg-tag ${state === "accepted" ? "dg-tag-accent" : "dg-tag-warning"}`}>
          {machinesText.identityStates[state]}
        </span>
      </div>
      {kind !== "clear" && <Fingerprint value={fingerprint} />}
      <div className="dg-cell-sub">{description}</div>
      <div className="dg-cell-sub">
        {machinesText.identitySeen(spellMoment(firstSeenAt), spellMoment(lastSeenAt))}
        {state === "accepted" && `. ${acceptedBy(identity)}.`}
      </div>
      {state === "refused" && (
        <Button
          mt={8}
          size="xs"
          variant="default"
          loading={isBusy}
          aria-label={machinesText.acceptOf(fingerprint)}
          data-testid="accept-identity"
          onClick={onAccept}
        >
          {machinesText.accept}
        </Button>
      )}
    </div>
  );
}

function acceptedBy({ acceptedBy: who }: MachineIdentity): string {
  return who === null ? machinesText.identityFirstUse : machinesText.identityAcceptedBy(who);
}

const BYTES_OF_A_GROUP = 8;

/** As `openssl x509 -fingerprint` prints it, in groups of equal length, so that two can be compared by eye. */
function Fingerprint({ value }: { readonly value: string }) {
  const bytes = (value.toUpperCase().match(/../g) ?? []).map((byte, at, all) =>
    at === all.length - 1 ? byte : `${byte}:`,
  );
  const starts = bytes.map((_, at) => at).filter((at) => at % BYTES_OF_A_GROUP === 0);
  return (
    <div className="dg-mono dg-fingerprint">
      {starts.map((at) => (
        <span key={at}>{bytes.slice(at, at + BYTES_OF_A_GROUP).join("")}</span>
      ))}
    </div>
  );
}
