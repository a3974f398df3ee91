/** The machines people can be connected to. */
import type { Machine } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { TbDeviceDesktopPlus, TbPlus } from "react-icons/tb";
import { machinesQuery, useDeleteMachine } from "../../api/machines.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { matches } from "../../parts/matches.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { locale } from "../../text/language.ts";
import { machinesText } from "../../text/machines.ts";
import { IdentitiesDialog } from "./identities-dialog.tsx";
import { AddMachineDialog, EditMachineDialog } from "./machine-dialogs.tsx";
import { MachineTable, type MachineTask } from "./machine-table.tsx";

export function MachinesPage() {
  useTitle(machinesText.title);
  const [filter, setFilter] = useState("");
  const [task, setTask] = useState<MachineTask>();
  const [isAdding, setAdding] = useState(false);
  const machines = useQuery(machinesQuery);
  const add = (
    <Button leftSection={<TbPlus size={17} />} onClick={() => setAdding(true)} data-testid="add-machine">
      {machinesText.add}
    </Button>
  );
  const hasAny = machines.data !== undefined && machines.data.items.length > 0;
  return (
    <>
      <PageHeader title={machinesText.title} lead={machinesText.lead}>
        {hasAny && <SearchBox label={machinesText.filter} value={filter} onChange={setFilter} />}
        {hasAny && add}
      </PageHeader>
      <Loaded query={machines}>
        {({ items }) =>
          items.length > 0 ? (
            <MachineTable machines={shownOf(items, filter)} onTask={setTask} />
          ) : (
            <NoMachines action={add} />
          )
        }
      </Loaded>
      {isAdding && <AddMachineDialog onClose={() => setAdding(false)} />}
      {task && (
        <MachineDialog task={currentOf(task, machines.data?.items)} onClose={() => setTask(undefined)} />
      )}
    </>
  );
}

/** The task with its machine as it is now, which a dialog's own change may have altered. */
function currentOf(task: MachineTask, machines: readonly Machine[] = []): MachineTask {
  return { ...task, machine: machines.find(({ id }) => id === task.machine.id) ?? task.machine };
}

function shownOf(machines: readonly Machine[], filter: string): readonly Machine[] {
  return machines
    .filter(({ name, description, host }) => matches(filter, name, description, host))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale, { numeric: true }));
}

function NoMachines({ action }: { readonly action: ReactNode }) {
  return (
    <div className="dg-card">
      <EmptyState
        icon={<TbDeviceDesktopPlus size={26} strokeWidth={1.6} />}
        title={machinesText.emptyTitle}
        hint={machinesText.emptyHint}
      >
        {action}
      </EmptyState>
    </div>
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
          onConfirm={() => deleteMachine.mutate(machine.id, { onSuccess: onClose })}
          onClose={onClose}
        />
      );
  }
}
