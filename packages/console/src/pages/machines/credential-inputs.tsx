/** Where the machine's credential comes from, and the credential where the server keeps it. */
import { MACHINE_CREDENTIAL_MODES, type MachineProtocol } from "@deskgate/contract";
import { Group, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { machinesText } from "../../text/machines.ts";
import type { MachineForm } from "./machine-fields.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

interface CredentialInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  readonly stored: Pick<MachineProtocol, "protocol" | "hasPassword" | "hasPrivateKey"> | undefined;
}

export function CredentialInputs({ form, stored }: CredentialInputsProps) {
  const { protocol, credentialMode } = form.values;
  return (
    <>
      <NativeSelect
        label={machinesText.credentialMode}
        description={machinesText.credentialModeHints[credentialMode]}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={MACHINE_CREDENTIAL_MODES.map((value) => ({
          value,
          label: machinesText.credentialModes[value],
        }))}
        {...form.getInputProps("credentialMode")}
      />
      {credentialMode !== "none" && <NameInputs form={form} />}
      {credentialMode === "stored" && (
        <SecretInputs form={form} stored={stored?.protocol === protocol ? stored : undefined} />
      )}
    </>
  );
}

function NameInputs({ form }: Pick<CredentialInputsProps, "form">) {
  const { hasUsername, hasDomain } = PROTOCOL_TRAITS[form.values.protocol];
  const plain = { autoComplete: "off", autoCapitalize: "none", spellCheck: false };
  if (!hasUsername && !hasDomain) return null;
  return (
    <Group gap="sm" align="flex-start" grow>
      {hasUsername && (
        <TextInput label={machinesText.username} {...plain} {...form.getInputProps("username")} />
      )}
      {hasDomain && <TextInput label={machinesText.domain} {...plain} {...form.getInputProps("domain")} />}
    </Group>
  );
}

function SecretInputs({ form, stored }: CredentialInputsProps) {
  const { hasPrivateKey } = PROTOCOL_TRAITS[form.values.protocol];
  return (
    <>
      <PasswordInput
        label={machinesText.password}
        description={stored?.hasPassword ? machinesText.passwordStored : machinesText.passwordNew}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
      {hasPrivateKey && (
        <>
          <Textarea
            label={machinesText.privateKey}
            description={stored?.hasPrivateKey ? machinesText.passwordStored : machinesText.privateKeyNew}
            rows={4}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps("privateKey")}
          />
          <PasswordInput
            label={machinesText.passphrase}
            autoComplete="new-password"
            {...form.getInputProps("passphrase")}
          />
        </>
      )}
    </>
  );
}
