/** The machines, one row each. */
import type { Machine } from "@deskgate/contract";
import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TbCertificate, TbPencil, TbPower, TbTrash } from "react-icons/tb";
import { RowMenu } from "../../parts/row-menu.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { launchpadText } from "../../text/launchpad.ts";
import { machinesText } from "../../text/machines.ts";
import { spellMoment } from "../../text/quantities.ts";
import { shellText } from "../../text/shell.ts";
import { addressOf } from "./address-of.ts";
import { hasIdentityAlarm } from "./identity-alarm.ts";
import { Probe } from "./probe.tsx";

export interface MachineTask {
  readonly at: "edit" | "identities" | "delete";
  readonly machine: Machine;
}

export interface MachineActions {
  readonly onTask: (task: MachineTask) => void;
  readonly onWake: (machine: Machine) => void;
}

export function machineColumns(actions: MachineActions, mayChange: boolean): readonly Column<Machine>[] {
  const { columns } = machinesText;
  const { onTask } = actions;
  return [
    {
      header: columns.machine,
      sort: "name",
      cell: (machine) => <MachineName machine={machine} onTask={onTask} />,
    },
    { header: columns.address, sort: "host", width: 236, cell: (machine) => <Address machine={machine} /> },
    { header: columns.health, width: 158, cell: (machine) => <Health machine={machine} /> },
    { header: columns.password, width: 120, cell: (machine) => <Credential machine={machine} /> },
    ...(mayChange
      ? [
          {
            header: columns.test,
            width: 118,
            cell: (machine: Machine) => <Probe machine={machine} />,
          },
          {
            header: columns.actions,
            isHeaderHidden: true,
            align: "right" as const,
            width: 56,
            cell: (machine: Machine) =>
              !machine.isBuiltIn && <RowMenu name={machine.name} actions={actionsOn(machine, actions)} />,
          },
        ]
      : []),
  ];
}

function actionsOn(machine: Machine, { onTask, onWake }: MachineActions) {
  const icon = { size: 16, strokeWidth: 1.7 };
  return [
    { label: shellText.edit, icon: <TbPencil {...icon} />, onClick: () => onTask({ at: "edit", machine }) },
    {
      label: machinesText.identities,
      icon: <TbCertificate {...icon} />,
      onClick: () => onTask({ at: "identities", machine }),
    },
    ...(machine.macAddress === null
      ? []
      : [
          {
            label: machinesText.wake,
            icon: <TbPower {...icon} />,
            onClick: () => onWake(machine),
          },
        ]),
    {
      label: shellText.delete,
      icon: <TbTrash {...icon} />,
      isDangerous: true,
      onClick: () => onTask({ at: "delete", machine }),
    },
  ];
}

interface MachineNameProps {
  readonly machine: Machine;
  readonly onTask: (task: MachineTask) => void;
}

function MachineName({ machine, onTask }: MachineNameProps) {
  const { name, description, isBuiltIn, tags } = machine;
  return (
    <div>
      <div className="dg-tags">
        <span className="dg-cell-main">{name}</span>
        {isBuiltIn && <span className="dg-tag dg-tag-accent">{machinesText.builtIn}</span>}
        {hasIdentityAlarm(machine) && (
          <button
            type="button"
            className="dg-tag dg-tag-warning dg-alarm"
            data-testid={`alarm-${name}`}
            onClick={() => onTask({ at: "identities", machine })}
          >
            {machinesText.identityAlarm}
          </button>
        )}
        {tags.map((tag) => (
          <Link key={tag} className="dg-tag dg-quiet-link" to="." search={{ tag } as never}>
            {tag}
          </Link>
        ))}
      </div>
      {description && <div className="dg-cell-sub">{description}</div>}
    </div>
  );
}

function Health({ machine: { health, isInMaintenance } }: { readonly machine: Machine }) {
  const state = isInMaintenance ? "maintenance" : health.state;
  const said = health.since === null ? health.detail : machinesText.healthSince(spellMoment(health.since));
  return (
    <Tooltip label={[said, health.detail].filter((part) => part !== "").join(" ")} disabled={said === ""}>
      <span className={`dg-state dg-health-${state}`} data-testid="machine-health" data-state={state}>
        {machinesText.healthStates[state]}
      </span>
    </Tooltip>
  );
}

function Address({ machine: { host, protocols, isDeclaredLocal } }: { readonly machine: Machine }) {
  return (
    <div>
      {protocols.map(({ protocol, port }) => (
        <div key={protocol} className="dg-endpoint">
          <span className="dg-endpoint-protocol">{launchpadText.protocols[protocol]}</span>
          <span className="dg-mono">{addressOf(host, port)}</span>
        </div>
      ))}
      {isDeclaredLocal && <div className="dg-cell-sub">{machinesText.onGatewayHost}</div>}
    </div>
  );
}

function Credential({ machine: { protocols } }: { readonly machine: Machine }) {
  const modes = new Set(protocols.map(({ credentialMode }) => credentialMode));
  if (modes.has("stored")) return machinesText.stored;
  return modes.has("prompt") || modes.has("own") ? (
    machinesText.typed
  ) : (
    <span className="dg-soft">{machinesText.none}</span>
  );
}
