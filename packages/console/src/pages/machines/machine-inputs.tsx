/** The inputs that adding and changing a machine have in common. */
import { type MachineProtocol, TRUST_MODES } from "@deskgate/contract";
import { Checkbox, Group, NativeSelect, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { zonesQuery } from "../../api/zones.ts";
import { machinesText } from "../../text/machines.ts";
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
      <Group gap="sm" align="flex-start" grow>
        <TextInput
          label={machinesText.name}
          description={machinesText.nameHint}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps("name")}
        />
        <TextInput
          label={machinesText.description}
          autoComplete="off"
          {...form.getInputProps("description")}
        />
      </Group>
      <TextInput
        label={machinesText.host}
        description={machinesText.hostHint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
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
          {...form.getInputProps("trust")}
        />
      )}
      <PlaceInputs form={form} />
    </>
  );
}

function PlaceInputs({ form }: Pick<MachineInputsProps, "form">) {
  const { data: zones } = useQuery(zonesQuery);
  const known = zones?.items ?? [];
  return (
    <>
      <Group gap="sm" align="flex-start" grow>
        <TagsInput
          label={machinesText.tags}
          description={machinesText.tagsHint}
          {...form.getInputProps("tags")}
        />
        {known.length > 0 && (
          <NativeSelect
            label={machinesText.zone}
            description={machinesText.zoneHint}
            data={[
              { value: "", label: machinesText.everywhere },
              ...known.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            {...form.getInputProps("zoneId")}
          />
        )}
      </Group>
      <TextInput
        label={machinesText.macAddress}
        description={machinesText.macAddressHint}
        autoComplete="off"
        spellCheck={false}
        placeholder="00:00:5e:00:53:01"
        {...form.getInputProps("macAddress")}
      />
      <Checkbox
        label={machinesText.isInMaintenance}
        description={machinesText.isInMaintenanceHint}
        {...form.getInputProps("isInMaintenance", { type: "checkbox" })}
      />
    </>
  );
}
