/** Zones, and the machines in them by a link. */

import { ROUTES, type Zone } from "@deskgate/contract";
import { Button, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbMap, TbPlus } from "react-icons/tb";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useListing } from "../../api/list.ts";
import { useMay } from "../../api/permissions.ts";
import {
  readZone,
  useCreateZone,
  useDeleteZone,
  useUpdateZone,
  type ZoneFields,
  zonesList,
} from "../../api/zones.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { editAndDelete, rowMenuColumn } from "../../parts/table/row-menu-column.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useEditing } from "../../parts/use-editing.ts";
import { zonesText } from "../../text/zones.ts";

type ZoneTask = { readonly at: "add" } | { readonly at: "edit" | "delete"; readonly zone: Zone };

export function ZonesPage() {
  const [task, setTask] = useState<ZoneTask>();
  const controls = useListState();
  const listing = useListing(zonesList, controls.state);
  const mayChange = useMay()("zones.write");
  const close = () => setTask(undefined);
  const add = mayChange && (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setTask({ at: "add" })} data-testid="add-zone">
      {zonesText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={zonesText.title}
        lead={zonesText.lead}
        search={zonesText.search}
        controls={controls}
        listing={listing}
        columns={columnsOf(mayChange ? setTask : undefined)}
        keyOf={({ id }) => id}
        actions={add}
        minWidth={560}
        empty={
          <EmptyState
            icon={<TbMap size={26} strokeWidth={1.6} />}
            title={zonesText.emptyTitle}
            hint={zonesText.emptyHint}
          >
            {add}
          </EmptyState>
        }
        {...(mayChange && { onOpen: (zone: Zone) => setTask({ at: "edit", zone }) })}
      />
      {task?.at === "add" && <AddZoneDialog onClose={close} />}
      {task?.at === "edit" && <EditZoneDialog zone={task.zone} onClose={close} />}
      {task?.at === "delete" && <DeleteZoneDialog zone={task.zone} onClose={close} />}
    </>
  );
}

function columnsOf(onTask: ((task: ZoneTask) => void) | undefined): readonly Column<Zone>[] {
  const { columns } = zonesText;
  return [
    {
      header: columns.zone,
      sort: "name",
      width: 240,
      cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
    },
    { header: columns.description, cell: ({ description }) => description },
    {
      header: zonesText.machines,
      width: 140,
      cell: ({ id }) => (
        <Link to="/machines" search={{ zone: id } as never}>
          {zonesText.showMachines}
        </Link>
      ),
    },
    ...(onTask
      ? [rowMenuColumn<Zone>(columns.actions, (zone) => editAndDelete((at) => onTask({ at, zone })))]
      : []),
  ];
}

function AddZoneDialog({ onClose }: { readonly onClose: () => void }) {
  const createZone = useCreateZone();
  const form = useZoneForm({ name: "", description: "" });
  const submit = form.onSubmit((fields) =>
    createZone.mutate(fields, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(problemsOfRefusal(error)),
    }),
  );
  return (
    <DialogForm title={zonesText.addTitle} form={form} submit={submit} change={createZone} onClose={onClose}>
      <ZoneInputs form={form} />
    </DialogForm>
  );
}

interface ZoneDialogProps {
  readonly zone: Zone;
  readonly onClose: () => void;
}

function EditZoneDialog({ zone, onClose }: ZoneDialogProps) {
  const updateZone = useUpdateZone();
  const form = useZoneForm(formOf(zone));
  const { submit, collision } = useEditing({
    ...{ thing: zone, read: readZone, form, formOf, change: updateZone },
    send: (fields, ifVersion) =>
      updateZone.mutate(
        { id: zone.id, fields, ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={zonesText.editTitle(zone.name)}
      form={form}
      submit={submit}
      change={updateZone}
      collision={collision}
      onClose={onClose}
    >
      <ZoneInputs form={form} />
    </DialogForm>
  );
}

function useZoneForm(initialValues: ZoneFields) {
  return useForm<ZoneFields>({
    initialValues,
    validate: (fields) => problemsBySchema(ROUTES.createZone.body, fields),
  });
}

function formOf({ name, description }: Zone): ZoneFields {
  return { name, description };
}

function ZoneInputs({ form }: { readonly form: UseFormReturnType<ZoneFields> }) {
  return (
    <>
      <TextInput label={zonesText.name} autoComplete="off" data-autofocus {...form.getInputProps("name")} />
      <TextInput label={zonesText.description} autoComplete="off" {...form.getInputProps("description")} />
    </>
  );
}

function DeleteZoneDialog({ zone, onClose }: ZoneDialogProps) {
  const deleteZone = useDeleteZone();
  return (
    <ConfirmDialog
      title={zonesText.deleteTitle(zone.name)}
      hint={zonesText.deleteHint}
      action={zonesText.deleteZone}
      change={deleteZone}
      onConfirm={() => deleteZone.mutate(zone, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
