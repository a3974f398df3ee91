/** The machines people can be connected to. */
import { type Machine, PROTOCOLS } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { TbDeviceDesktopPlus, TbPlus, TbTrash } from "react-icons/tb";
import { isApiError } from "../../api/api-error.ts";
import { useListing } from "../../api/list.ts";
import { machinesList, useDeleteMachine, useUpdateMachine, useWakeMachine } from "../../api/machines.ts";
import { useMay } from "../../api/permissions.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { listNames } from "../../parts/names.ts";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { type ListFilter, ListPage } from "../../parts/table/list-page.tsx";
import { useSelection } from "../../parts/table/selection.ts";
import { useBulk } from "../../parts/table/use-bulk.ts";
import { useListState } from "../../parts/table/use-list-state.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { machinesText } from "../../text/machines.ts";
import { IdentitiesDialog } from "./identities-dialog.tsx";
import { AddMachineDialog, EditMachineDialog } from "./machine-dialogs.tsx";
import { type MachineTask, machineColumns } from "./machine-table.tsx";

const FILTERS: readonly ListFilter[] = [
  {
    name: "protocol",
    label: machinesText.protocol,
    options: PROTOCOLS.map((value) => ({ value, label: launchpadText.protocols[value] })),
  },
  {
    name: "state",
    label: machinesText.columns.health,
    options: (["up", "down", "unknown"] as const).map((value) => ({
      value,
      label: machinesText.healthStates[value],
    })),
  },
  { name: "tag", label: machinesText.tags },
  { name: "zone", label: machinesText.zone },
];
const FILTER_NAMES = FILTERS.map(({ name }) => name);

export function MachinesPage() {
  const [task, setTask] = useState<MachineTask>();
  const [isAdding, setAdding] = useState(false);
  const [deleted, setDeleted] = useState<readonly Machine[]>();
  const controls = useListState(FILTER_NAMES);
  const listing = useListing(machinesList, controls.state);
  const selection = useSelection();
  const mayChange = useMay()("machines.write");
  const { mutateAsync: update } = useUpdateMachine();
  // Taken back by the same button; a session that runs goes on.
  const maintain = useBulk(({ id, isInMaintenance }: Machine) =>
    update({ id, changes: { isInMaintenance: !isInMaintenance } }),
  );
  const onWake = useWaking();
  const add = mayChange && (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setAdding(true)} data-testid="add-machine">
      {machinesText.add}
    </Button>
  );
  return (
    <>
      <ListPage
        title={machinesText.title}
        lead={machinesText.lead}
        search={machinesText.filter}
        controls={controls}
        listing={listing}
        columns={machineColumns({ onTask: setTask, onWake }, mayChange)}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        filters={FILTERS}
        actions={add}
        minWidth={940}
        empty={<NoMachines action={add} />}
        {...(mayChange && {
          selection,
          onOpen: (machine: Machine) => machine.isBuiltIn || setTask({ at: "edit", machine }),
          bulk: (machines: readonly Machine[]) => (
            <>
              <Button
                size="compact-sm"
                variant="default"
                loading={maintain.isPending}
                onClick={() => maintain.mutate(machines, { onSuccess: selection.clear })}
              >
                {machinesText.maintain}
              </Button>
              <Button
                size="compact-sm"
                variant="light"
                color="red"
                leftSection={<TbTrash size={15} strokeWidth={1.8} />}
                onClick={() => setDeleted(machines.filter(({ isBuiltIn }) => !isBuiltIn))}
              >
                {machinesText.deleteMany}
              </Button>
            </>
          ),
        })}
      />
      {isAdding && <AddMachineDialog onClose={() => setAdding(false)} />}
      {deleted && (
        <DeleteManyDialog
          machines={deleted}
          onClose={() => {
            setDeleted(undefined);
            selection.clear();
          }}
        />
      )}
      {task && <MachineDialog task={currentOf(task, listing.rows)} onClose={() => setTask(undefined)} />}
    </>
  );
}

/** Nothing is asked: a machine that is on does not mind. What became of it shows below. */
function useWaking() {
  const { mutate: wake } = useWakeMachine();
  return ({ id, name }: Machine) =>
    wake(id, {
      onSuccess: ({ state }) =>
        notifications.show({
          message: state === "sent" ? machinesText.woken(name) : machinesText.wakeWaiting(name),
        }),
      onError: (error) =>
        isApiError(error, "too_many_requests")
          ? notifications.show({ message: machinesText.wokenBefore(name) })
          : notifications.show({ color: "red", message: sentenceOf(error) }),
    });
}

/** The task with its machine as it is now, which a dialog's own change may have altered. */
function currentOf(task: MachineTask, machines: readonly Machine[] = []): MachineTask {
  return { ...task, machine: machines.find(({ id }) => id === task.machine.id) ?? task.machine };
}

function NoMachines({ action }: { readonly action: ReactNode }) {
  const mayImport = useMay()("import.run");
  return (
    <EmptyState
      icon={<TbDeviceDesktopPlus size={26} strokeWidth={1.6} />}
      title={machinesText.emptyTitle}
      hint={machinesText.emptyHint}
    >
      {action}
      {action !== false && mayImport && (
        <Button variant="default" renderRoot={(props) => <Link to="/import" {...props} />}>
          {machinesText.importMany}
        </Button>
      )}
    </EmptyState>
  );
}

interface DeleteManyDialogProps {
  readonly machines: readonly Machine[];
  readonly onClose: () => void;
}

function DeleteManyDialog({ machines, onClose }: DeleteManyDialogProps) {
  const { mutateAsync } = useDeleteMachine();
  const bulk = useBulk((machine: Machine) => mutateAsync(machine));
  return (
    <ConfirmDialog
      title={machinesText.deleteManyTitle(machines.length)}
      hint={machinesText.deleteManyHint(listNames(machines.map(({ name }) => name)))}
      action={machinesText.deleteMany}
      change={bulk}
      onConfirm={() => bulk.mutate(machines, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function MachineDialog({
  task: { at, machine },
  onClose,
}: {
  readonly task: MachineTask;
  readonly onClose: () => void;
}) {
  const deleteMachine = useDeleteMachine();
  switch (at) {
    case "edit":
      return <EditMachineDialog machine={machine} onClose={onClose} />;
    case "identities":
      return <IdentitiesDialog machine={machine} onClose={onClose} />;
    case "delete":
      return (
        <ConfirmDialog
          title={machinesText.deleteTitle(machine.name)}
          hint={machinesText.deleteHint}
          action={machinesText.deleteMachine}
          change={deleteMachine}
          onConfirm={() => deleteMachine.mutate(machine, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
  }
}
