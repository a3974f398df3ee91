/** Where the machine's credential comes from, and the credential where the server keeps it. */
import { MACHINE_CREDENTIAL_MODES, type MachineProtocol } from "@deskgate/contract";
import { Group, NativeSelect, PasswordInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { machinesText } from "../../text/machines.ts";
import type { MachineForm, ProtocolForm } from "./machine-fields.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

export interface CredentialInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  /** Which of the machine's protocols. */
  readonly index: number;
  readonly value: ProtocolForm;
  /** What is stored for this protocol. */
  readonly stored: Pick<MachineProtocol, "hasPassword" | "hasPrivateKey"> | undefined;
}

export function CredentialInputs({ form, index, value, stored }: CredentialInputsProps) {
  const { credentialMode } = value;
  return (
    <>
      <NativeSelect
        label={machinesText.credentialMode}
        description={machinesText.credentialModeHints[credentialMode]}
        data={MACHINE_CREDENTIAL_MODES.map((value) => ({
          value,
          label: machinesText.credentialModes[value],
        }))}
        {...form.getInputProps(`protocols.${index}.credentialMode`)}
      />
      {credentialMode !== "none" && <NameInputs form={form} index={index} value={value} />}
      {credentialMode === "stored" && (
        <SecretInputs form={form} index={index} value={value} stored={stored} />
      )}
    </>
  );
}

function NameInputs({ form, index, value }: Omit<CredentialInputsProps, "stored">) {
  const { hasUsername, hasDomain } = PROTOCOL_TRAITS[value.protocol];
  const plain = { autoComplete: "off", autoCapitalize: "none", spellCheck: false };
  if (!hasUsername && !hasDomain) return null;
  return (
    <Group gap="sm" align="flex-start" grow>
      {hasUsername && (
        <TextInput
          label={machinesText.username}
          {...plain}
          {...form.getInputProps(`protocols.${index}.username`)}
        />
      )}
      {hasDomain && (
        <TextInput
          label={machinesText.domain}
          {...plain}
          {...form.getInputProps(`protocols.${index}.domain`)}
        />
      )}
    </Group>
  );
}

function SecretInputs({ form, index, value, stored }: CredentialInputsProps) {
  const { hasPrivateKey } = PROTOCOL_TRAITS[value.protocol];
  return (
    <>
      <PasswordInput
        label={machinesText.password}
        description={stored?.hasPassword ? machinesText.passwordStored : machinesText.passwordNew}
        autoComplete="new-password"
        {...form.getInputProps(`protocols.${index}.password`)}
      />
      {hasPrivateKey && (
        <>
          <Textarea
            label={machinesText.privateKey}
            description={stored?.hasPrivateKey ? machinesText.passwordStored : machinesText.privateKeyNew}
            rows={4}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps(`protocols.${index}.privateKey`)}
          />
          <PasswordInput
            label={machinesText.passphrase}
            autoComplete="new-password"
            {...form.getInputProps(`protocols.${index}.passphrase`)}
          />
        </>
      )}
    </>
  );
}
