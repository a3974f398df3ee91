/** A pool's own policy: the ceiling for everyone on it. */

import type { Pool, PoolPolicy } from "@deskgate/contract";
import { Checkbox, Group, NumberInput, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { problemsOfRefusal } from "../../api/field-problems.ts";
import { readPool, useSetPoolPolicy } from "../../api/pools.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { policiesText } from "../../text/policies.ts";
import { poolsText } from "../../text/pools.ts";

const MINUTE_MS = 60_000;
const KILOBYTE = 1_000;
const CLAIMS = ["clipboardToMachine", "clipboardFromMachine", "filesToMachine", "filesFromMachine"] as const;

interface PoolPolicyDialogProps {
  readonly pool: Pool;
  readonly onClose: () => void;
}

export function PoolPolicyDialog({ pool, onClose }: PoolPolicyDialogProps) {
  const setPolicy = useSetPoolPolicy();
  const form = useForm<PoolPolicy>({ initialValues: formOf(pool) });
  const { submit, collision } = useEditing({
    ...{ thing: pool, read: readPool, form, formOf, change: setPolicy },
    send: (values, ifVersion) =>
      setPolicy.mutate(
        { id: pool.id, policy: policyOf(values), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={poolsText.policyTitle(pool.name)}
      form={form}
      submit={submit}
      change={setPolicy}
      collision={collision}
      onClose={onClose}
    >
      <Text size="sm" className="dg-soft">
        {poolsText.policyHint}
      </Text>
      <div className="dg-claims">
        {CLAIMS.map((field) => (
          <Checkbox
            key={field}
            label={policiesText.fields[field]}
            {...form.getInputProps(field, { type: "checkbox" })}
          />
        ))}
      </div>
      <Group grow align="flex-start">
        {(["idleMs", "absoluteMs"] as const).map((field) => (
          <NumberInput
            key={field}
            label={policiesText.fields[field]}
            description={policiesText.zeroIsNever}
            suffix={policiesText.minuteSuffix}
            min={0}
            {...form.getInputProps(field)}
          />
        ))}
      </Group>
      <NumberInput
        label={policiesText.fields.bytesPerSecond}
        description={policiesText.zeroIsUnlimited}
        suffix={policiesText.rateSuffix}
        min={0}
        {...form.getInputProps("bytesPerSecond")}
      />
    </DialogForm>
  );
}

/** In the units that people write: minutes, kilobytes. */
function formOf({ policy }: Pool): PoolPolicy {
  return {
    ...policy,
    idleMs: policy.idleMs / MINUTE_MS,
    absoluteMs: policy.absoluteMs / MINUTE_MS,
    bytesPerSecond: policy.bytesPerSecond / KILOBYTE,
  };
}

/** Emptied number fields hold a text; nothing said is no limit. */
function policyOf(values: PoolPolicy): PoolPolicy {
  return {
    ...values,
    idleMs: Math.round(Number(values.idleMs) * MINUTE_MS),
    absoluteMs: Math.round(Number(values.absoluteMs) * MINUTE_MS),
    bytesPerSecond: Math.round(Number(values.bytesPerSecond) * KILOBYTE),
  };
}
