/** The open sessions, one row each, with a line per viewer. */
import type { Connection, Session } from "@deskgate/contract";
import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { TbMessage, TbPlayerStop, TbTimeline } from "react-icons/tb";
import { qualityLevel } from "../../parts/quality-level.ts";
import { RowMenu } from "../../parts/row-menu.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { useNow } from "../../parts/use-now.ts";
import { endingsText } from "../../text/endings.ts";
import { spellBytes, spellDuration, spellMoment, spellMs } from "../../text/quantities.ts";
import { sessionsText } from "../../text/sessions.ts";
import type { SessionTask } from "./session-dialogs.tsx";

const CLOCK_MS = 1_000;
/** Shorter pauses are part of working. */
const IDLE_FROM_MS = 30_000;

/** What one may do with sessions decides what their menu offers. */
export interface SessionPowers {
  readonly mayEnd: boolean;
  readonly mayMessage: boolean;
}

type OnTask = (task: SessionTask) => void;

export function liveColumns(onTask: OnTask, powers: SessionPowers): readonly Column<Session>[] {
  const { columns } = sessionsText;
  return [
    { header: columns.user, sort: "userName", width: 120, cell: (session) => <User session={session} /> },
    { header: columns.machine, sort: "machineName", cell: (session) => <Machine session={session} /> },
    { header: columns.state, width: 168, cell: (session) => <State session={session} /> },
    {
      header: columns.since,
      sort: "startedAt",
      width: 92,
      cell: ({ startedAt }) => <Since at={startedAt} />,
    },
    {
      header: columns.viewer,
      width: 122,
      cell: (session) => <PerViewer session={session} show={viewerOf} />,
    },
    {
      header: columns.roundTrip,
      width: 92,
      cell: (session) => <PerViewer session={session} show={roundTripOf} />,
    },
    {
      header: columns.traffic,
      width: 140,
      cell: (session) => <PerViewer session={session} show={trafficOf} />,
    },
    actionsColumn(onTask, powers),
  ];
}

export function endedColumns(onTask: OnTask): readonly Column<Session>[] {
  const { columns } = sessionsText;
  return [
    { header: columns.user, sort: "userName", cell: (session) => <User session={session} /> },
    { header: columns.machine, sort: "machineName", cell: (session) => <Machine session={session} /> },
    {
      header: columns.started,
      sort: "startedAt",
      width: 190,
      cell: ({ startedAt }) => <span className="dg-numbers">{spellMoment(startedAt)}</span>,
    },
    {
      header: columns.lasted,
      width: 120,
      cell: ({ startedAt, endedAt }) => (
        <span className="dg-numbers">
          {spellDuration(Date.parse(endedAt ?? startedAt) - Date.parse(startedAt))}
        </span>
      ),
    },
    {
      header: columns.endReason,
      cell: ({ endReason }) => (endReason === null ? "–" : endingsText[endReason]),
    },
    actionsColumn(onTask, { mayEnd: false, mayMessage: false }),
  ];
}

function actionsColumn(onTask: OnTask, { mayEnd, mayMessage }: SessionPowers): Column<Session> {
  const icon = { size: 16, strokeWidth: 1.7 };
  return {
    header: sessionsText.columns.actions,
    isHeaderHidden: true,
    align: "right",
    width: 60,
    cell: (session) => (
      <RowMenu
        name={session.userName}
        actions={[
          {
            label: sessionsText.story,
            icon: <TbTimeline {...icon} />,
            onClick: () => onTask({ at: "story", session }),
          },
          ...(mayMessage
            ? [
                {
                  label: sessionsText.message,
                  icon: <TbMessage {...icon} />,
                  onClick: () => onTask({ at: "message", sessions: [session] }),
                },
              ]
            : []),
          ...(mayEnd
            ? [
                {
                  label: sessionsText.kill,
                  icon: <TbPlayerStop {...icon} />,
                  isDangerous: true,
                  onClick: () => onTask({ at: "kill", sessions: [session] }),
                },
              ]
            : []),
        ]}
      />
    ),
  };
}

function User({ session: { userId, userName } }: { readonly session: Session }) {
  return (
    <Link className="dg-cell-main dg-quiet-link" to="." search={{ userId } as never}>
      {userName}
    </Link>
  );
}

function Machine({ session: { machineName, poolName } }: { readonly session: Session }) {
  return (
    <div>
      <div>{machineName}</div>
      {poolName !== machineName && <div className="dg-cell-sub">{poolName}</div>}
    </div>
  );
}

function State({ session }: { readonly session: Session }) {
  const { state, leaseExpiresAt } = session;
  const now = useNow(CLOCK_MS);
  const besides = besidesState(session, now);
  const label = (
    <div>
      <span className={`dg-state dg-session-${state}`} data-testid="session-state" data-state={state}>
        {sessionsText.states[state]}
      </span>
      {besides !== "" && <div className="dg-cell-sub dg-state-besides dg-numbers">{besides}</div>}
    </div>
  );
  return state === "disconnected" && leaseExpiresAt !== null ? (
    <Tooltip label={sessionsText.endsAt(spellMoment(leaseExpiresAt))}>{label}</Tooltip>
  ) : (
    label
  );
}

/** For how long nobody has done anything, or until when the machine is kept. */
function besidesState({ state, leaseExpiresAt, connections }: Session, now: number): string {
  if (state === "ready") return sessionsText.waiting;
  if (state === "disconnected" && leaseExpiresAt !== null)
    return sessionsText.endsIn(spellDuration(Date.parse(leaseExpiresAt) - now));
  const idle = connections.flatMap((one) =>
    one.state === "open" && one.idleMs !== null ? [one.idleMs] : [],
  );
  const idleMs = Math.min(...idle);
  const isIdle = state === "active" && idle.length > 0 && IDLE_FROM_MS <= idleMs;
  return isIdle ? sessionsText.idleFor(spellDuration(idleMs)) : "";
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
