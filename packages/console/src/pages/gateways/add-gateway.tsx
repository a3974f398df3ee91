/** Letting a gateway join: its name, then a one-time code and the command that shows it, until it is there. */
import { type Gateway, ROUTES } from "@deskgate/contract";
import { Alert, Button, Group, Loader, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TbCircleCheck, TbClockOff, TbPlugConnectedX } from "react-icons/tb";
import { isApiError } from "../../api/api-error.ts";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { gatewaysQuery, useCreateGatewayCode } from "../../api/gateways.ts";
import { CopyField } from "../../parts/copy-field.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useNow } from "../../parts/use-now.ts";
import { gatewaysText } from "../../text/gateways.ts";
import { shellText } from "../../text/shell.ts";

interface AddGatewayProps {
  readonly onClose: () => void;
}

export function AddGatewayDialog({ onClose }: AddGatewayProps) {
  const createCode = useCreateGatewayCode();
  const form = useForm({
    initialValues: { name: "" },
    validate: (fields) => problemsBySchema(ROUTES.createGatewayCode.body, fields),
  });
  const make = (name: string) =>
    createCode.mutate(name, { onError: (error) => form.setErrors(problemsOfRefusal(error)) });
  if (isApiError(createCode.error, "gateways_not_accepted")) return <NotAccepted onClose={onClose} />;
  if (createCode.data)
    return (
      <JoinDialog
        {...createCode.data}
        name={form.values.name.trim()}
        isMaking={createCode.isPending}
        onAgain={() => make(form.values.name)}
        onClose={onClose}
      />
    );
  return (
    <DialogForm
      title={gatewaysText.addTitle}
      form={form}
      submit={form.onSubmit(({ name }) => make(name))}
      change={createCode}
      label={gatewaysText.makeCode}
      onClose={onClose}
    >
      <Text size="sm" className="dg-soft">
        {gatewaysText.addLead}
      </Text>
      <TextInput
        label={gatewaysText.name}
        description={gatewaysText.addNameHint}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("name")}
      />
    </DialogForm>
  );
}

function NotAccepted({ onClose }: AddGatewayProps) {
  return (
    <Dialog onClose={onClose} title={gatewaysText.addTitle}>
      <Alert
        color="yellow"
        icon={<TbPlugConnectedX size={18} />}
        title={gatewaysText.notAcceptedTitle}
        data-testid="gateways-not-accepted"
      >
        {gatewaysText.notAcceptedHint}
      </Alert>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          {shellText.close}
        </Button>
      </Group>
    </Dialog>
  );
}

interface JoinDialogProps extends AddGatewayProps {
  readonly name: string;
  readonly code: string;
  readonly expiresAt: string;
  readonly brokerAddress: string | null;
  readonly isMaking: boolean;
  readonly onAgain: () => void;
}

const TICK_MS = 1_000;
const LOOK_MS = 2_000;

function JoinDialog(props: JoinDialogProps) {
  const { name, code, expiresAt, isMaking, onAgain, onClose } = props;
  const [broker, setBroker] = useState(props.brokerAddress ?? "");
  const leftMs = Date.parse(expiresAt) - useNow(TICK_MS);
  const gateway = useJoined(name);
  if (gateway) return <Joined gateway={gateway} onClose={onClose} />;
  const isExpired = leftMs <= 0;
  return (
    <Dialog onClose={onClose} size="lg" title={gatewaysText.runTitle}>
      <Stack gap="md">
        <TextInput
          label={gatewaysText.brokerAddress}
          value={broker}
          autoComplete="off"
          spellCheck={false}
          onChange={({ currentTarget }) => setBroker(currentTarget.value)}
        />
        <CopyField label={gatewaysText.command} value={`deskgate gateway --broker ${broker.trim()}`} />
        <div>
          <CopyField label={gatewaysText.code} value={code} />
          <Text size="xs" className="dg-soft" mt={6}>
            {gatewaysText.codeHint}
          </Text>
        </div>
        {isExpired ? (
          <Alert role="alert" color="yellow" icon={<TbClockOff size={18} />}>
            {gatewaysText.expired}
          </Alert>
        ) : (
          <div className="dg-joining" role="status" data-testid="waiting-for-gateway">
            <Loader size={16} />
            <span>{gatewaysText.waiting}</span>
            <span className="dg-soft dg-numbers" aria-live="off">
              {gatewaysText.left(minutesOf(leftMs))}
            </span>
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {shellText.close}
          </Button>
          {isExpired && (
            <Button loading={isMaking} onClick={onAgain}>
              {gatewaysText.again}
            </Button>
          )}
        </Group>
      </Stack>
    </Dialog>
  );
}

/** `14:32`, as a clock that runs down. */
function minutesOf(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The code was refused for a name that was taken, so whoever has it now has come by the code. */
function useJoined(name: string): Gateway | undefined {
  const { data } = useQuery({ ...gatewaysQuery, refetchInterval: LOOK_MS });
  return data?.items.find((gateway) => gateway.name === name);
}

interface JoinedProps extends AddGatewayProps {
  readonly gateway: Gateway;
}

function Joined({ gateway: { name, state }, onClose }: JoinedProps) {
  return (
    <Dialog onClose={onClose} title={gatewaysText.addTitle}>
      <div className="dg-joined" role="status" data-testid="gateway-joined">
        <TbCircleCheck size={40} strokeWidth={1.5} aria-hidden="true" />
        <h3>{gatewaysText.joined(name)}</h3>
        <span className={`dg-state dg-link-${state}`}>{gatewaysText.states[state]}</span>
        <p>{gatewaysText.joinedHint}</p>
        <Button onClick={onClose} data-autofocus>
          {gatewaysText.done}
        </Button>
      </div>
    </Dialog>
  );
}
