/** The inputs that adding and changing a machine have in common. */
import { type MachineProtocol, TRUST_MODES } from "@deskgate/contract";
import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { machinesText } from "../../text/administration.ts";
import type { MachineForm } from "./machine-fields.ts";
import { ProtocolInputs } from "./protocol-inputs.tsx";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

interface MachineInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  /** What is stored for the machine's protocols. */
  readonly stored: readonly MachineProtocol[];
}

export function MachineInputs({ form, stored }: MachineInputsProps) {
  const hasIdentity = form.values.protocols.some(({ protocol }) => PROTOCOL_TRAITS[protocol].hasIdentity);
  return (
    <>
      <TextInput
        label={machinesText.name}
        description={machinesText.nameHint}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput label={machinesText.description} autoComplete="off" {...form.getInputProps("description")} />
      <TextInput
        label={machinesText.host}
        description={machinesText.hostHint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputWrapperOrder={["label", "input", "description", "error"]}
        {...form.getInputProps("host")}
      />
      <Checkbox
        label={machinesText.isDeclaredLocal}
        description={machinesText.isDeclaredLocalHint}
        {...form.getInputProps("isDeclaredLocal", { type: "checkbox" })}
        onChange={(event) => {
          form.setFieldValue("isDeclaredLocal", event.currentTarget.checked);
          // What was said of the address was said of the other case.
          form.clearFieldError("host");
        }}
      />
      <ProtocolInputs form={form} stored={stored} />
      {hasIdentity && (
        <NativeSelect
          label={machinesText.trust}
          description={machinesText.trustHints[form.values.trust]}
          data={TRUST_MODES.map((value) => ({ value, label: machinesText.trusts[value] }))}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("trust")}
        />
      )}
    </>
  );
}
