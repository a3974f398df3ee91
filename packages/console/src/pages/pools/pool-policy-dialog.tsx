/** A pool's own policy: the ceiling for everyone on it. */

import type { Pool, PoolPolicy } from "@deskgate/contract";
import { Checkbox, NumberInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { problemsOfRefusal } from "../../api/field-problems.ts";
import { useSetPoolPolicy } from "../../api/pools.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FormActions } from "../../parts/form-actions.tsx";
import { policiesText } from "../../text/policies.ts";
import { poolsText } from "../../text/pools.ts";

const MINUTE_MS = 60_000;
const CLAIMS = ["clipboardToMachine", "clipboardFromMachine", "filesToMachine", "filesFromMachine"] as const;

interface PoolPolicyDialogProps {
  readonly pool: Pool;
  readonly onClose: () => void;
}

export function PoolPolicyDialog({ pool, onClose }: PoolPolicyDialogProps) {
  const setPolicy = useSetPoolPolicy();
  const form = useForm({
    initialValues: {
      ...pool.policy,
      idleMs: pool.policy.idleMs / MINUTE_MS,
      absoluteMs: pool.policy.absoluteMs / MINUTE_MS,
    },
  });
  const submit = form.onSubmit((values) =>
    setPolicy.mutate(
      { id: pool.id, policy: policyOf(values) },
      { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
    ),
  );
  return (
    <Dialog onClose={onClose} title={poolsText.policyTitle(pool.name)}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text size="sm" className="dg-soft">
            {poolsText.policyHint}
          </Text>
          {CLAIMS.map((field) => (
            <Checkbox
              key={field}
              label={policiesText.fields[field]}
              {...form.getInputProps(field, { type: "checkbox" })}
            />
          ))}
          {(["idleMs", "absoluteMs"] as const).map((field) => (
            <NumberInput
              key={field}
              label={policiesText.fields[field]}
              description={policiesText.minutesOfPool}
              min={0}
              {...form.getInputProps(field)}
            />
          ))}
          <NumberInput
            label={policiesText.fields.bytesPerSecond}
            description={policiesText.rateHintOfPool}
            min={0}
            thousandSeparator
            {...form.getInputProps("bytesPerSecond")}
          />
          <FormActions
            change={setPolicy}
            isShownAtField={Object.keys(form.errors).length > 0}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}

/** Emptied number fields hold a text; nothing said is no limit. */
function policyOf(values: PoolPolicy): PoolPolicy {
  return {
    ...values,
    idleMs: Math.round(Number(values.idleMs) * MINUTE_MS),
    absoluteMs: Math.round(Number(values.absoluteMs) * MINUTE_MS),
    bytesPerSecond: Number(values.bytesPerSecond),
  };
}
