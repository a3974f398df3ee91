/** The inputs that adding and changing a machine have in common. */
import {
  type MachineProtocol,
  PROTOCOLS,
  type Protocol,
  protocolSchema,
  TRUST_MODES,
} from "@deskgate/contract";
import { Checkbox, Group, NativeSelect, NumberInput, TagsInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { zonesQuery } from "../../api/zones.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { machinesText } from "../../text/machines.ts";
import { CredentialInputs } from "./credential-inputs.tsx";
import type { MachineForm } from "./machine-fields.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

interface MachineInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  /** What is stored for the protocol that the form shows. */
  readonly stored: Pick<MachineProtocol, "protocol" | "hasPassword" | "hasPrivateKey"> | undefined;
}

export function MachineInputs({ form, stored }: MachineInputsProps) {
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
      <AddressInputs form={form} />
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
      <CredentialInputs form={form} stored={stored} />
      {PROTOCOL_TRAITS[form.values.protocol].hasIdentity && (
        <NativeSelect
          label={machinesText.trust}
          description={machinesText.trustHints[form.values.trust]}
          data={TRUST_MODES.map((value) => ({ value, label: machinesText.trusts[value] }))}
          inputWrapperOrder={["label", "input", "description", "error"]}
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
          inputWrapperOrder={["label", "input", "description", "error"]}
          {...form.getInputProps("tags")}
        />
        {known.length > 0 && (
          <NativeSelect
            label={machinesText.zone}
            description={machinesText.zoneHint}
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={[
              { value: "", label: machinesText.everywhere },
              ...known.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            {...form.getInputProps("zoneId")}
          />
        )}
      </Group>
      <Checkbox
        label={machinesText.isInMaintenance}
        description={machinesText.isInMaintenanceHint}
        {...form.getInputProps("isInMaintenance", { type: "checkbox" })}
      />
    </>
  );
}

function AddressInputs({ form }: Pick<MachineInputsProps, "form">) {
  const taken = new Set<Protocol>(form.values.others.map(({ protocol }) => protocol));
  const choose = (name: string) => {
    const protocol = protocolSchema.parse(name);
    // A port that is the custom of the protocol before was not chosen by anyone.
    if (form.values.port === PROTOCOL_TRAITS[form.values.protocol].port)
      form.setFieldValue("port", PROTOCOL_TRAITS[protocol].port);
    form.setFieldValue("protocol", protocol);
  };
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <NativeSelect
        label={machinesText.protocol}
        data={PROTOCOLS.filter((protocol) => !taken.has(protocol)).map((value) => ({
          value,
          label: launchpadText.protocols[value],
        }))}
        value={form.values.protocol}
        onChange={(event) => choose(event.currentTarget.value)}
      />
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
  );
}
