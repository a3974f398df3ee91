/** Adding a policy, and changing one. Each field may also say nothing. */

import { type NamedPolicy, PROTOCOLS, type Protocol, ROUTES } from "@deskgate/contract";
import { Group, MultiSelect, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { type PolicyFields, readPolicy, useCreatePolicy, useUpdatePolicy } from "../../api/pools.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { policiesText } from "../../text/policies.ts";

const MINUTE_MS = 60_000;
const KILOBYTE = 1_000;
const CLAIMS = [
  "clipboardToMachine",
  "clipboardFromMachine",
  "filesToMachine",
  "filesFromMachine",
  "record",
] as const;
const LIMITS = ["idleMs", "absoluteMs"] as const;

type Claim = "" | "true" | "false";
type Amount = number | "";

/** Empty texts say nothing; times are minutes, rates kilobytes per second. */
type PolicyForm = { readonly name: string; readonly protocols: Protocol[] } & Readonly<
  Record<(typeof CLAIMS)[number], Claim>
> &
  Readonly<Record<(typeof LIMITS)[number] | "bytesPerSecond" | "maxSessions", Amount>>;

const NEW_POLICY: PolicyForm = {
  name: "",
  protocols: [],
  clipboardToMachine: "",
  clipboardFromMachine: "",
  filesToMachine: "",
  filesFromMachine: "",
  record: "",
  idleMs: "",
  absoluteMs: "",
  bytesPerSecond: "",
  maxSessions: "",
};

export function AddPolicyDialog({ onClose }: { readonly onClose: () => void }) {
  const createPolicy = useCreatePolicy();
  const form = usePolicyForm(NEW_POLICY);
  const submit = form.onSubmit((values) =>
    createPolicy.mutate(fieldsOf(values), {
      onSuccess: onClose,
      onError: (error) => form.setErrors(problemsOfRefusal(error)),
    }),
  );
  return (
    <DialogForm
      title={policiesText.addTitle}
      size="lg"
      form={form}
      submit={submit}
      change={createPolicy}
      label={policiesText.add}
      onClose={onClose}
    >
      <PolicyInputs form={form} />
    </DialogForm>
  );
}

interface EditPolicyDialogProps {
  readonly policy: NamedPolicy;
  readonly onClose: () => void;
}

export function EditPolicyDialog({ policy, onClose }: EditPolicyDialogProps) {
  const updatePolicy = useUpdatePolicy();
  const form = usePolicyForm(formOf(policy));
  const { submit, collision } = useEditing({
    ...{ thing: policy, read: readPolicy, form, formOf, change: updatePolicy },
    send: (values, ifVersion) =>
      updatePolicy.mutate(
        { id: policy.id, fields: fieldsOf(values), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={policiesText.editTitle(policy.name)}
      size="lg"
      form={form}
      submit={submit}
      change={updatePolicy}
      collision={collision}
      onClose={onClose}
    >
      <PolicyInputs form={form} />
    </DialogForm>
  );
}

function usePolicyForm(initialValues: PolicyForm) {
  return useForm<PolicyForm>({
    initialValues,
    validate: (values) => problemsBySchema(ROUTES.createPolicy.body, fieldsOf(values)),
  });
}

function PolicyInputs({ form }: { readonly form: UseFormReturnType<PolicyForm> }) {
  const { fields, says } = policiesText;
  const claims = (field: (typeof CLAIMS)[number]) => [
    { value: "", label: says.nothing },
    { value: "true", label: field === "record" ? says.yes : says.allow },
    { value: "false", label: field === "record" ? says.no : says.forbid },
  ];
  return (
    <>
      <TextInput
        label={policiesText.name}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("name")}
      />
      <div className="dg-policy-inputs">
        {CLAIMS.map((field) => (
          <NativeSelect
            key={field}
            label={fields[field]}
            data={claims(field)}
            {...form.getInputProps(field)}
          />
        ))}
        <MultiSelect
          label={fields.protocols}
          {...(form.values.protocols.length === 0 && { placeholder: policiesText.says.nothing })}
          data={PROTOCOLS.map((value) => ({ value, label: launchpadText.protocols[value] }))}
          {...form.getInputProps("protocols")}
        />
      </div>
      <Group grow align="flex-start">
        {LIMITS.map((field) => (
          <NumberInput
            key={field}
            label={fields[field]}
            description={policiesText.zeroIsNever}
            suffix={policiesText.minuteSuffix}
            placeholder={policiesText.says.nothing}
            min={0}
            {...form.getInputProps(field)}
          />
        ))}
      </Group>
      <Group grow align="flex-start">
        <NumberInput
          label={fields.bytesPerSecond}
          description={policiesText.zeroIsUnlimited}
          suffix={policiesText.rateSuffix}
          placeholder={policiesText.says.nothing}
          min={0}
          {...form.getInputProps("bytesPerSecond")}
        />
        <NumberInput
          label={fields.maxSessions}
          description={policiesText.sessionsHint}
          placeholder={policiesText.says.nothing}
          min={1}
          {...form.getInputProps("maxSessions")}
        />
      </Group>
    </>
  );
}

function formOf(policy: NamedPolicy): PolicyForm {
  const claim = (said: boolean | null): Claim => (said === null ? "" : said ? "true" : "false");
  const minutes = (said: number | null): Amount => (said === null ? "" : said / MINUTE_MS);
  return {
    name: policy.name,
    protocols: policy.protocols ?? [],
    clipboardToMachine: claim(policy.clipboardToMachine),
    clipboardFromMachine: claim(policy.clipboardFromMachine),
    filesToMachine: claim(policy.filesToMachine),
    filesFromMachine: claim(policy.filesFromMachine),
    record: claim(policy.record),
    idleMs: minutes(policy.idleMs),
    absoluteMs: minutes(policy.absoluteMs),
    bytesPerSecond: policy.bytesPerSecond === null ? "" : policy.bytesPerSecond / KILOBYTE,
    maxSessions: policy.maxSessions ?? "",
  };
}

function fieldsOf(form: PolicyForm): PolicyFields {
  const claim = (said: Claim) => (said === "" ? null : said === "true");
  const amount = (said: Amount) => (said === "" ? null : said);
  const ms = (said: Amount) => (said === "" ? null : Math.round(said * MINUTE_MS));
  return {
    name: form.name,
    protocols: form.protocols.length === 0 ? null : form.protocols,
    clipboardToMachine: claim(form.clipboardToMachine),
    clipboardFromMachine: claim(form.clipboardFromMachine),
    filesToMachine: claim(form.filesToMachine),
    filesFromMachine: claim(form.filesFromMachine),
    record: claim(form.record),
    idleMs: ms(form.idleMs),
    absoluteMs: ms(form.absoluteMs),
    bytesPerSecond: form.bytesPerSecond === "" ? null : Math.round(form.bytesPerSecond * KILOBYTE),
    maxSessions: amount(form.maxSessions),
  };
}
