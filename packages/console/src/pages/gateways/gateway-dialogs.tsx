/** Changing what a gateway is called and where it belongs, and removing one. */
import { type Gateway, ROUTES, type Zone } from "@deskgate/contract";
import { NativeSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useRemoveGateway, useUpdateGateway } from "../../api/gateways.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { gatewaysText } from "../../text/gateways.ts";

interface GatewayDialogProps {
  readonly gateway: Gateway;
  readonly onClose: () => void;
}

interface GatewayForm {
  readonly name: string;
  /** Empty: of no zone. */
  readonly zoneId: string;
}

export function EditGatewayDialog(props: GatewayDialogProps & { readonly zones: readonly Zone[] }) {
  const { gateway, zones, onClose } = props;
  const updateGateway = useUpdateGateway();
  const form = useForm<GatewayForm>({
    initialValues: { name: gateway.name, zoneId: gateway.zoneId ?? "" },
    validate: (fields) => problemsBySchema(ROUTES.renameGateway.body, changesOf(fields)),
  });
  const submit = form.onSubmit((fields) =>
    updateGateway.mutate(
      { id: gateway.id, changes: changesOf(fields) },
      { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
    ),
  );
  return (
    <DialogForm
      title={gatewaysText.editTitle(gateway.name)}
      form={form}
      submit={submit}
      change={updateGateway}
      onClose={onClose}
    >
      <TextInput
        label={gatewaysText.name}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("name")}
      />
      <NativeSelect
        label={gatewaysText.zone}
        description={gatewaysText.zoneHint}
        data={[{ value: "", label: gatewaysText.everywhere }, ...choicesOf(gateway, zones)]}
        {...form.getInputProps("zoneId")}
      />
    </DialogForm>
  );
}

function changesOf({ name, zoneId }: GatewayForm) {
  return { name, zoneId: zoneId === "" ? null : zoneId };
}

/** Its own zone is there even for those who may not see the others. */
function choicesOf({ zoneId, zone }: Gateway, zones: readonly Zone[]) {
  const choices = zones.map(({ id, name }) => ({ value: id, label: name }));
  const isMissing = zoneId !== null && !zones.some(({ id }) => id === zoneId);
  return isMissing ? [...choices, { value: zoneId, label: zone }] : choices;
}

export function RemoveGatewayDialog({ gateway, onClose }: GatewayDialogProps) {
  const removeGateway = useRemoveGateway();
  const remove = () =>
    removeGateway.mutate(gateway.id, {
      onSuccess: () => {
        notifications.show({ message: gatewaysText.removed(gateway.name) });
        onClose();
      },
    });
  return (
    <ConfirmDialog
      title={gatewaysText.removeTitle(gateway.name)}
      hint={gatewaysText.removeHint(gateway.openConnections)}
      action={gatewaysText.removeGateway}
      change={removeGateway}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
