/** Making an API token, and showing its secret, once. */

import { PERMISSION_NAMES, type Permission, ROUTES } from "@deskgate/contract";
import { Button, Checkbox, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useMay } from "../../api/permissions.ts";
import { type NewToken, useCreateToken } from "../../api/tokens.ts";
import { CopyField } from "../../parts/copy-field.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { rolesText } from "../../text/roles.ts";
import { shellText } from "../../text/shell.ts";
import { tokensText } from "../../text/tokens.ts";

const DAY_MS = 86_400_000;

interface TokenForm {
  readonly name: string;
  readonly days: string;
  readonly hasAll: boolean;
  readonly scopes: Permission[];
}

export function AddTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const createToken = useCreateToken();
  const may = useMay();
  const form = useForm<TokenForm>({
    initialValues: { name: "", days: "30", hasAll: true, scopes: [] },
    validate: (fields) => problemsBySchema(ROUTES.createMyToken.body, tokenOf(fields)),
  });
  if (createToken.data) return <SecretDialog secret={createToken.data.secret} onClose={onClose} />;
  const submit = form.onSubmit((fields) =>
    createToken.mutate(tokenOf(fields), { onError: (error) => form.setErrors(problemsOfRefusal(error)) }),
  );
  return (
    <DialogForm
      title={tokensText.addTitle}
      form={form}
      submit={submit}
      change={createToken}
      label={tokensText.add}
      onClose={onClose}
    >
      <TextInput
        label={tokensText.name}
        description={tokensText.nameHint}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("name")}
      />
      <NativeSelect
        label={tokensText.lifetime}
        data={Object.entries(tokensText.lifetimes).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("days")}
      />
      <Checkbox label={tokensText.allScopes} {...form.getInputProps("hasAll", { type: "checkbox" })} />
      {!form.values.hasAll && (
        <MultiSelect
          label={tokensText.scopes}
          data={PERMISSION_NAMES.filter(may)}
          searchable
          hidePickedOptions
          // The options are permissions.
          renderOption={({ option }) => <Scope permission={option.value as Permission} />}
          {...(form.values.scopes.length === 0 && { placeholder: tokensText.scopesPlaceholder })}
          {...form.getInputProps("scopes")}
        />
      )}
    </DialogForm>
  );
}

function Scope({ permission }: { readonly permission: Permission }) {
  return (
    <div>
      <div className="dg-mono">{permission}</div>
      <div className="dg-cell-sub">{rolesText.permissionSentences[permission]}</div>
    </div>
  );
}

function tokenOf({ name, days, hasAll, scopes }: TokenForm): NewToken {
  return {
    name,
    scopes: hasAll ? ["*"] : scopes,
    expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString(),
  };
}

function SecretDialog({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <Dialog onClose={onClose} size="lg" title={tokensText.secretTitle}>
      <Stack gap="md">
        <Text size="sm">{tokensText.secretHint}</Text>
        <CopyField label={tokensText.secretLabel} value={secret} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shellText.close}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
