/** The terms of one entitlement: its policy, its hours, its networks. */
import { type Entitlement, ROUTES } from "@deskgate/contract";
import {
  Button,
  Chip,
  CloseButton,
  Group,
  Input,
  NativeSelect,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { TbPlus } from "react-icons/tb";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { readEntitlement, useUpdateEntitlement } from "../../api/machines.ts";
import { policiesQuery } from "../../api/pools.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { accessText } from "../../text/access.ts";
import { formOfTerms, newWindow, type TermsForm, termsOf } from "./terms.ts";

interface TermsDialogProps {
  readonly entitlement: Entitlement;
  readonly who: string;
  readonly onClose: () => void;
}

export function TermsDialog({ entitlement, who, onClose }: TermsDialogProps) {
  const updateEntitlement = useUpdateEntitlement();
  const { data: policies } = useQuery(policiesQuery);
  const form = useForm<TermsForm>({
    initialValues: formOfTerms(entitlement),
    validate: (values) => atInputs(problemsBySchema(ROUTES.updateEntitlement.body, termsOf(values))),
  });
  const { submit, collision } = useEditing({
    ...{ thing: entitlement, read: readEntitlement, form, formOf: formOfTerms, change: updateEntitlement },
    send: (values, ifVersion) =>
      updateEntitlement.mutate(
        { id: entitlement.id, terms: termsOf(values), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(atInputs(problemsOfRefusal(error))) },
      ),
  });
  return (
    <DialogForm
      title={accessText.termsTitle(who)}
      size="lg"
      form={form}
      submit={submit}
      change={updateEntitlement}
      collision={collision}
      onClose={onClose}
    >
      <NativeSelect
        label={accessText.policy}
        data={[
          { value: "", label: accessText.noPolicy },
          ...(policies?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []),
        ]}
        {...form.getInputProps("policyId")}
      />
      <Windows form={form} />
      <Textarea
        label={accessText.networks}
        description={accessText.networksHint}
        rows={3}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("networks")}
      />
    </DialogForm>
  );
}

/** Networks are one field here, whichever of them is wrong. */
function atInputs(problems: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [field.replace(/^networks\..*/, "networks"), problem]),
  );
}

function Windows({ form }: { readonly form: UseFormReturnType<TermsForm> }) {
  return (
    <Input.Wrapper
      label={accessText.windows}
      description={accessText.windowsHint}
      // What is below is a list that grows.
      inputWrapperOrder={["label", "description", "input", "error"]}
    >
      <Stack gap="sm" mt={6}>
        {form.values.windows.map((window, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a window has no name but its place.
          <div key={at} className="dg-window">
            <Chip.Group multiple {...form.getInputProps(`windows.${at}.days`)}>
              <Group gap={4}>
                {accessText.days.map((day, index) => (
                  <Chip key={day} value={String(index + 1)} size="xs">
                    {day}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
            <Group gap="xs" align="flex-start">
              <TextInput
                aria-label={accessText.from}
                size="xs"
                w={74}
                {...form.getInputProps(`windows.${at}.from`)}
              />
              <TextInput
                aria-label={accessText.to}
                size="xs"
                w={74}
                {...form.getInputProps(`windows.${at}.to`)}
              />
              <TextInput
                aria-label={accessText.timeZone}
                size="xs"
                className="dg-grow"
                {...form.getInputProps(`windows.${at}.timeZone`)}
              />
              <CloseButton
                aria-label={accessText.removeWindow(`${window.from}–${window.to}`)}
                onClick={() => form.removeListItem("windows", at)}
              />
            </Group>
          </div>
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<TbPlus size={14} />}
            onClick={() => form.insertListItem("windows", newWindow())}
          >
            {accessText.addWindow}
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
