/** What was done or refused, searchable; each entry with all that was written. */

import type { AuditEntry } from "@deskgate/contract";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbFileSearch } from "react-icons/tb";
import { auditList } from "../../api/audit.ts";
import { useListing } from "../../api/list.ts";
import { SideSheet } from "../../parts/dialog.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { type ListFilter, ListPage } from "../../parts/table/list-page.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { useNow } from "../../parts/use-now.ts";
import { auditText } from "../../text/audit.ts";
import { spellExactMoment } from "../../text/quantities.ts";
import { periodFilter } from "../sessions/session-filters.ts";
import { nameIn, spellDeed, spellFact, spellKind, spellOutcome } from "./audit-words.ts";
import "./audit.css";

const CLOCK_MS = 600_000;
const FILTER_NAMES = ["action", "actor", "subject", "from"];

const FILTERS: readonly ListFilter[] = [
  {
    name: "action",
    label: auditText.filters.action,
    options: Object.entries(auditText.actions).map(([value, label]) => ({ value, label })),
  },
  { name: "actor", label: auditText.filters.actor },
  { name: "subject", label: auditText.filters.subject },
];

export function AuditPage() {
  const [shown, setShown] = useState<AuditEntry>();
  const now = useNow(CLOCK_MS);
  const controls = useListState(FILTER_NAMES);
  const listing = useListing(auditList, controls.state);
  return (
    <>
      <ListPage
        title={auditText.title}
        lead={auditText.lead}
        search={auditText.search}
        controls={controls}
        listing={listing}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        filters={[...FILTERS, { ...periodFilter(now), label: auditText.filters.from }]}
        minWidth={900}
        onOpen={setShown}
        empty={
          <EmptyState
            icon={<TbFileSearch size={26} strokeWidth={1.6} />}
            title={auditText.emptyTitle}
            hint={auditText.emptyHint}
          />
        }
      />
      {shown && <EntryDrawer entry={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

const { columns } = auditText;

const COLUMNS: readonly Column<AuditEntry>[] = [
  {
    header: columns.at,
    width: 200,
    cell: ({ at }) => <span className="dg-numbers dg-nowrap">{spellExactMoment(at)}</span>,
  },
  { header: columns.actor, width: 150, cell: (entry) => <Actor entry={entry} /> },
  {
    header: columns.action,
    width: 190,
    cell: (entry) => <span className="dg-cell-main">{spellDeed(entry)}</span>,
  },
  { header: columns.subject, cell: (entry) => <Subject entry={entry} /> },
  { header: columns.outcome, width: 250, cell: (entry) => <Outcome entry={entry} /> },
];

interface EntryProps {
  readonly entry: AuditEntry;
}

/** Refused to somebody who did not say, or could not prove, who they are; or done by the program. */
function nobodyOf({ outcome }: AuditEntry): string {
  return outcome === "ok" ? auditText.program : auditText.unknown;
}

function Actor({ entry }: EntryProps) {
  const { actorName, actorUserId, address } = entry;
  return (
    <div>
      {actorUserId === null && actorName === "" ? (
        <span className="dg-soft">{nobodyOf(entry)}</span>
      ) : (
        <Link className="dg-quiet-link" to="." search={{ actor: actorUserId ?? actorName } as never}>
          {actorName}
        </Link>
      )}
      {address !== "" && <div className="dg-cell-sub dg-numbers">{address}</div>}
    </div>
  );
}

function Subject({ entry }: EntryProps) {
  const name = nameIn(entry.detail);
  if (name === undefined) return spellKind(entry);
  return (
    <div>
      <div>{name}</div>
      <div className="dg-cell-sub">{spellKind(entry)}</div>
    </div>
  );
}

function Outcome({ entry }: EntryProps) {
  if (entry.outcome === "ok") return <span className="dg-soft">{auditText.ok}</span>;
  return (
    <div>
      <span className="dg-tag dg-tag-warning">{auditText.refused}</span>
      <div className="dg-cell-sub dg-two-lines">{spellOutcome(entry)}</div>
    </div>
  );
}

function EntryDrawer({ entry, onClose }: EntryProps & { readonly onClose: () => void }) {
  const { at, actorName, action, subjectId, outcome, address, detail } = entry;
  const facts = [
    { label: columns.at, value: spellExactMoment(at) },
    { label: columns.actor, value: actorName === "" ? nobodyOf(entry) : actorName },
    { label: columns.action, value: spellDeed(entry), code: action },
    { label: columns.subject, value: nameIn(detail) ?? spellKind(entry), code: subjectId },
    { label: columns.outcome, value: outcome === "ok" ? auditText.ok : spellOutcome(entry), code: outcome },
    { label: columns.address, value: address },
  ];
  return (
    <SideSheet onClose={onClose} title={auditText.entryTitle(entry.sequence)}>
      <dl className="dg-facts">
        {facts.map(({ label, value, code }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value}
              {code !== undefined && code !== value && <div className="dg-mono dg-soft">{code}</div>}
            </dd>
          </div>
        ))}
      </dl>
      <Detail detail={detail} />
      <h3 className="dg-facts-head">{auditText.chain}</h3>
      <dl className="dg-facts dg-facts-small">
        <div>
          <dt>{auditText.hash}</dt>
          <dd className="dg-mono">{entry.hash}</dd>
        </div>
        <div>
          <dt>{auditText.previousHash}</dt>
          <dd className="dg-mono">{entry.previousHash}</dd>
        </div>
      </dl>
    </SideSheet>
  );
}

function Detail({ detail }: Pick<AuditEntry, "detail">) {
  const facts = Object.entries(detail).filter(([, value]) => value !== "" && value !== null);
  if (facts.length === 0) return null;
  return (
    <>
      <h3 className="dg-facts-head">{auditText.detail}</h3>
      <dl className="dg-facts dg-facts-small">
        {facts.map(([field, value]) => (
          <div key={field}>
            <dt className="dg-mono">{field}</dt>
            <dd>{spellFact(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
