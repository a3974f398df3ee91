/** The ways to reach a machine: one box per protocol, with its port and its sign-in. */
import { type MachineProtocol, protocolSchema } from "@deskgate/contract";
import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { TbPlus, TbTrash } from "react-icons/tb";
import { launchpadText } from "../../text/launchpad.ts";
import { machinesText } from "../../text/machines.ts";
import { CredentialInputs } from "./credential-inputs.tsx";
import { freeProtocols, type MachineForm, newProtocol, type ProtocolForm } from "./machine-fields.ts";
import { PROTOCOL_TRAITS } from "./protocol-traits.ts";

interface ProtocolInputsProps {
  readonly form: UseFormReturnType<MachineForm>;
  readonly stored: readonly MachineProtocol[];
}

export function ProtocolInputs({ form, stored }: ProtocolInputsProps) {
  const { protocols } = form.values;
  const [next] = freeProtocols(form.values);
  return (
    <>
      {protocols.map((value, index) => (
        <fieldset
          key={value.protocol}
          className="dg-machine-protocol"
          data-testid={`protocol-${value.protocol}`}
        >
          <legend className="dg-machine-protocol-name">{launchpadText.protocols[value.protocol]}</legend>
          <Stack gap="sm">
            <ProtocolLine form={form} index={index} value={value} />
            <CredentialInputs
              form={form}
              index={index}
              value={value}
              stored={stored.find(({ protocol }) => protocol === value.protocol)}
            />
          </Stack>
        </fieldset>
      ))}
      {next !== undefined && (
        <Button
          className="dg-add-protocol"
          variant="default"
          size="xs"
          leftSection={<TbPlus size={15} />}
          data-testid="add-protocol"
          onClick={() => form.insertListItem("protocols", newProtocol(next))}
        >
          {machinesText.addProtocol}
        </Button>
      )}
    </>
  );
}

interface ProtocolLineProps {
  readonly form: UseFormReturnType<MachineForm>;
  readonly index: number;
  readonly value: ProtocolForm;
}

function ProtocolLine({ form, index, value }: ProtocolLineProps) {
  const choose = (name: string) => {
    const protocol = protocolSchema.parse(name);
    // A port that is the custom of the protocol before was not chosen by anyone.
    const isCustom = value.port === PROTOCOL_TRAITS[value.protocol].port;
    const port = isCustom ? PROTOCOL_TRAITS[protocol].port : value.port;
    form.setFieldValue(`protocols.${index}`, { ...value, protocol, port });
  };
  return (
    <Group gap="sm" align="flex-end" wrap="nowrap">
      <NativeSelect
        className="dg-grow"
        label={machinesText.protocol}
        data={[value.protocol, ...freeProtocols(form.values)].map((protocol) => ({
          value: protocol,
          label: launchpadText.protocols[protocol],
        }))}
        value={value.protocol}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <NumberInput
        className="dg-port"
        label={machinesText.port}
        min={1}
        max={65_535}
        clampBehavior="none"
        allowDecimal={false}
        allowNegative={false}
        {...form.getInputProps(`protocols.${index}.port`)}
      />
      {1 < form.values.protocols.length && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={machinesText.removeProtocol(launchpadText.protocols[value.protocol])}
          onClick={() => form.removeListItem("protocols", index)}
        >
          <TbTrash size={17} strokeWidth={1.7} />
        </ActionIcon>
      )}
    </Group>
  );
}
