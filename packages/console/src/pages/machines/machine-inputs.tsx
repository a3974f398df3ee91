/** The inputs that adding and changing a machine have in common. */
import { Checkbox, Group, NumberInput, PasswordInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { machinesText } from "../../text/administration.ts";
import type { MachineForm } from "./machine-fields.ts";

interface MachineInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  readonly hasStoredPassword: boolean;
}

export function MachineInputs({ form, hasStoredPassword }: MachineInputsProps) {
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
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <TextInput
          className="dg-grow"
          label={machinesText.host}
          description={machinesText.hostHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("host")}
        />
        <NumberInput
          className="dg-port"
          label={machinesText.port}
          min={1}
          max={65_535}
          clampBehavior="none"
          allowDecimal={false}
          allowNegative={false}
          {...form.getInputProps("port")}
        />
      </Group>
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
      <PasswordInput
        label={machinesText.password}
        description={hasStoredPassword ? machinesText.passwordStored : machinesText.passwordNew}
        autoComplete="new-password"
        disabled={form.values.removesPassword}
        {...form.getInputProps("password")}
      />
      {hasStoredPassword && (
        <Checkbox
          label={machinesText.removePassword}
          {...form.getInputProps("removesPassword", { type: "checkbox" })}
        />
      )}
    </>
  );
}
