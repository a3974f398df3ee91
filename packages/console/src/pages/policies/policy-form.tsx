/** Adding a policy, and changing one. Each field may also say nothing. */

import { type NamedPolicy, PROTOCOLS, type Protocol, ROUTES } from "@deskgate/contract";
import { Group, MultiSelect, NativeSelect, NumberInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { type PolicyFields, useCreatePolicy, useUpdatePolicy } from "../../api/pools.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FormActions } from "../../parts/form-actions.tsx";
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

interface PolicyDialogProps {
  readonly title: string;
  readonly initial: PolicyForm;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onSend: (fields: PolicyFields, answers: Answers) => void;
  readonly onClose: () => void;
  readonly label?: string;
}

interface Answers {
  readonly onSuccess: () => void;
  readonly onError: (error: unknown) => void;
}

export function AddPolicyDialog({ onClose }: { readonly onClose: () => void }) {
  const createPolicy = useCreatePolicy();
  return (
    <PolicyDialog
      title={policiesText.addTitle}
      initial={NEW_POLICY}
      change={createPolicy}
      onSend={(fields, answers) => createPolicy.mutate(fields, answers)}
      onClose={onClose}
      label={policiesText.add}
    />
  );
}

interface EditPolicyDialogProps {
  readonly policy: NamedPolicy;
  readonly onClose: () => void;
}

export function EditPolicyDialog({ policy, onClose }: EditPolicyDialogProps) {
  const updatePolicy = useUpdatePolicy();
  return (
    <PolicyDialog
      title={policiesText.editTitle(policy.name)}
      initial={formOf(policy)}
      change={updatePolicy}
      onSend={(fields, answers) => updatePolicy.mutate({ id: policy.id, fields }, answers)}
      onClose={onClose}
    />
  );
}

function PolicyDialog({ title, initial, change, onSend, onClose, label }: PolicyDialogProps) {
  const form = useForm<PolicyForm>({
    initialValues: initial,
    validate: (values) => problemsBySchema(ROUTES.createPolicy.body, fieldsOf(values)),
  });
  const answers = {
    onSuccess: onClose,
    onError: (error: unknown) => form.setErrors(problemsOfRefusal(error)),
  };
  const { fields, says } = policiesText;
  const claims = (field: (typeof CLAIMS)[number]) => [
    { value: "", label: says.nothing },
    { value: "true", label: field === "record" ? says.yes : says.allow },
    { value: "false", label: field === "record" ? says.no : says.forbid },
  ];
  return (
    <Dialog onClose={onClose} size="lg" title={title}>
      <form onSubmit={form.onSubmit((values) => onSend(fieldsOf(values), answers))} noValidate>
        <Stack gap="sm">
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
                inputWrapperOrder={["label", "input", "description", "error"]}
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
              inputWrapperOrder={["label", "input", "description", "error"]}
              min={0}
              {...form.getInputProps("bytesPerSecond")}
            />
            <NumberInput
              label={fields.maxSessions}
              description={policiesText.sessionsHint}
              placeholder={policiesText.says.nothing}
              inputWrapperOrder={["label", "input", "description", "error"]}
              min={1}
              {...form.getInputProps("maxSessions")}
            />
          </Group>
          <FormActions
            change={change}
            isShownAtField={Object.keys(form.errors).length > 0}
            onCancel={onClose}
            {...(label !== undefined && { label })}
          />
        </Stack>
      </form>
    </Dialog>
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
