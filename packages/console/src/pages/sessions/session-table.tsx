/** The open sessions, one row each, with a line per viewer. */
import type { Connection, Session } from "@deskgate/contract";
import { Button, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { qualityLevel } from "../../parts/quality-level.ts";
import { type Column, DataTable } from "../../parts/table/data-table.tsx";
import { useNow } from "../../parts/use-now.ts";
import { spellBytes, spellDuration, spellMoment, spellMs } from "../../text/quantities.ts";
import { sessionsText } from "../../text/sessions.ts";

const CLOCK_MS = 1_000;
/** Shorter pauses are part of working. */
const IDLE_FROM_MS = 30_000;

interface SessionTableProps {
  readonly sessions: readonly Session[];
  readonly onKill: (session: Session) => void;
}

export function SessionTable({ sessions, onKill }: SessionTableProps) {
  const { columns } = sessionsText;
  const shown: readonly Column<Session>[] = [
    { header: columns.user, cell: ({ userName }) => <span className="dg-cell-main">{userName}</span> },
    { header: columns.machine, cell: ({ machineName }) => machineName },
    { header: columns.since, cell: ({ startedAt }) => <Since at={startedAt} /> },
    { header: columns.viewer, cell: (session) => <PerViewer session={session} show={viewerOf} /> },
    { header: columns.roundTrip, cell: (session) => <PerViewer session={session} show={roundTripOf} /> },
    { header: columns.traffic, cell: (session) => <PerViewer session={session} show={trafficOf} /> },
    { header: columns.idle, cell: (session) => <PerViewer session={session} show={idleOf} /> },
    {
      header: columns.actions,
      isHeaderHidden: true,
      align: "right",
      cell: (session) => <KillButton session={session} onKill={onKill} />,
    },
  ];
  return (
    <DataTable
      label={sessionsText.title}
      columns={shown}
      rows={sessions}
      keyOf={({ id }) => id}
      minWidth={940}
    />
  );
}

function KillButton({
  session,
  onKill,
}: {
  readonly session: Session;
  readonly onKill: (session: Session) => void;
}) {
  const { userName, machineName } = session;
  return (
    <Button
      size="compact-sm"
      variant="light"
      color="red"
      aria-label={sessionsText.killOf(userName, machineName)}
      data-testid={`kill-${userName}`}
      onClick={() => onKill(session)}
    >
      {sessionsText.kill}
    </Button>
  );
}

function Since({ at }: { readonly at: string }) {
  const now = useNow(CLOCK_MS);
  return (
    <Tooltip label={spellMoment(at)}>
      <span className="dg-numbers">{spellDuration(now - Date.parse(at))}</span>
    </Tooltip>
  );
}

interface PerViewerProps {
  readonly session: Session;
  readonly show: (connection: Connection) => ReactNode;
}

function PerViewer({ session, show }: PerViewerProps) {
  const present = session.connections.filter(({ state }) => state !== "ended");
  if (present.length === 0)
    return show === viewerOf ? (
      <span className="dg-soft">{sessionsText.noViewer}</span>
    ) : (
      <span className="dg-soft">–</span>
    );
  return present.map((connection) => (
    <div key={connection.id} className="dg-viewer-line dg-numbers">
      {show(connection)}
    </div>
  ));
}

function viewerOf({ viewerAddress, state }: Connection): ReactNode {
  if (state === "reserved") return <span className="dg-soft">{sessionsText.connecting}</span>;
  return <span className="dg-mono">{viewerAddress ?? "–"}</span>;
}

function roundTripOf({ viewerRoundTripMs }: Connection): ReactNode {
  if (viewerRoundTripMs === null) return "–";
  return (
    <span className="dg-trip">
      <span className={`dg-trip-dot dg-trip-${qualityLevel(viewerRoundTripMs)}`} />
      {spellMs(viewerRoundTripMs)}
    </span>
  );
}

function trafficOf({ bytesToViewer, bytesToTarget }: Connection): ReactNode {
  return `${spellBytes(bytesToViewer)} / ${spellBytes(bytesToTarget)}`;
}

function idleOf({ idleMs }: Connection): ReactNode {
  if (idleMs === null) return "–";
  return idleMs < IDLE_FROM_MS ? sessionsText.active : spellDuration(idleMs);
}
