/** The site at a glance: who is on, how machines and gateways are, who was refused. */
import type { Overview } from "@deskgate/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { overviewQuery } from "../../api/overview.ts";
import { useMay } from "../../api/permissions.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { overviewText } from "../../text/overview.ts";
import { spellMoment, spellNumber } from "../../text/quantities.ts";
import { refusalSentence } from "../../text/refusals.ts";
import { SessionCurve } from "./session-curve.tsx";
import "./overview.css";

/** The server sends more; these fill a screen, and the audit has all. */
const REFUSALS_SHOWN = 8;
const MACHINE_STATES = ["up", "unknown", "maintenance", "down"] as const;

export function OverviewPage() {
  useTitle(overviewText.title);
  const overview = useQuery(overviewQuery);
  const mayRead = useMay();
  return (
    <>
      <PageHeader title={overviewText.title} lead={overviewText.lead} />
      <Loaded query={overview}>
        {(data) => (
          <div className="dg-overview">
            <Figures overview={data} />
            <Panel title={overviewText.curve} isWide>
              <SessionCurve points={data.sessionsCurve} />
            </Panel>
            <Panel title={overviewText.machineStates}>
              <MachineStates counts={data.machinesByState} />
            </Panel>
            <Panel title={overviewText.gatewayList}>
              <Gateways gateways={data.gateways} />
            </Panel>
            <Panel
              title={overviewText.refusals}
              isWide
              aside={
                mayRead("audit.read") &&
                data.refusals.length > 0 && (
                  <Link className="dg-panel-link" to="/audit" search={{ action: "desktop." } as never}>
                    {overviewText.allRefusals}
                  </Link>
                )
              }
            >
              <Refusals refusals={data.refusals} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  const { peopleOn, liveSessions, machinesByState, gateways } = overview;
  const machines = MACHINE_STATES.reduce((sum, state) => sum + machinesByState[state], 0);
  const ready = gateways.filter(({ state }) => state === "ready").length;
  return (
    <dl className="dg-figures dg-card">
      <Figure label={overviewText.peopleOn} value={spellNumber(peopleOn)} />
      <Figure label={overviewText.liveSessions} value={spellNumber(liveSessions)} to="/sessions" />
      <Figure
        label={overviewText.machines}
        value={overviewText.of(spellNumber(machinesByState.up), spellNumber(machines))}
        to="/machines"
      />
      <Figure
        label={overviewText.gateways}
        value={overviewText.of(spellNumber(ready), spellNumber(gateways.length))}
      />
    </dl>
  );
}

function Figure({
  label,
  value,
  to,
}: {
  readonly label: string;
  readonly value: string;
  readonly to?: string;
}) {
  return (
    <div className="dg-figure">
      <dt>{label}</dt>
      <dd className="dg-numbers">{to ? <Link to={to}>{value}</Link> : value}</dd>
    </div>
  );
}

interface PanelProps {
  readonly title: string;
  readonly isWide?: boolean;
  /** At the end of the panel's head. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

function Panel({ title, isWide = false, aside, children }: PanelProps) {
  return (
    <section className={isWide ? "dg-card dg-panel dg-panel-wide" : "dg-card dg-panel"} aria-label={title}>
      <div className="dg-panel-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

function MachineStates({ counts }: { readonly counts: Overview["machinesByState"] }) {
  const all = Math.max(
    1,
    MACHINE_STATES.reduce((sum, state) => sum + counts[state], 0),
  );
  return (
    <dl className="dg-bars">
      {MACHINE_STATES.map((state) => (
        <div key={state}>
          <dt>
            {state === "maintenance" ? (
              overviewText.states[state]
            ) : (
              <Link className="dg-quiet-link" to="/machines" search={{ state } as never}>
                {overviewText.states[state]}
              </Link>
            )}
          </dt>
          <dd className="dg-bar-track">
            <span className={`dg-bar dg-bar-${state}`} style={{ width: `${(counts[state] / all) * 100}%` }} />
          </dd>
          <dd className="dg-numbers">{spellNumber(counts[state])}</dd>
        </div>
      ))}
    </dl>
  );
}

function Gateways({ gateways }: { readonly gateways: Overview["gateways"] }) {
  if (gateways.length === 0) return <p className="dg-soft dg-panel-empty">{overviewText.noGateways}</p>;
  return (
    <ul className="dg-panel-list">
      {gateways.map(({ id, name, state, connections }) => (
        <li key={id}>
          <span className={`dg-state dg-gateway-${state}`}>{name}</span>
          <span className="dg-cell-sub">
            {overviewText.gatewayStates[state]}, {overviewText.connections(connections)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Refusals({ refusals }: { readonly refusals: Overview["refusals"] }) {
  const mayExplain = useMay()("explain.use");
  if (refusals.length === 0) return <p className="dg-soft dg-panel-empty">{overviewText.noRefusals}</p>;
  const { columns } = overviewText;
  return (
    <div className="dg-panel-scroll">
      <table className="dg-plain-table dg-refusals">
        <thead>
          <tr>
            {[columns.at, columns.who, columns.desktop, columns.why].map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
            {mayExplain && (
              <th scope="col">
                <span className="dg-visually-hidden">{columns.explain}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {refusals
            .slice(0, REFUSALS_SHOWN)
            .map(({ at, userId, userName, poolId, desktop, code, sentence }) => (
              <tr key={`${at} ${userName} ${desktop}`}>
                <td className="dg-numbers dg-nowrap">{spellMoment(at)}</td>
                <td className="dg-nowrap">{userName}</td>
                <td className="dg-nowrap">
                  {desktop === "" ? <span className="dg-soft">{overviewText.unknownDesktop}</span> : desktop}
                </td>
                <td>{refusalSentence(code, sentence)}</td>
                {mayExplain && (
                  <td className="dg-right dg-nowrap">
                    {userId !== null && (
                      <Link
                        className="dg-panel-link"
                        to="/explain"
                        search={{ user: userId, pool: poolId } as never}
                        aria-label={overviewText.explainFor(userName, desktop)}
                      >
                        {overviewText.explain}
                      </Link>
                    )}
                  </td>
                )}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
