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
import { spellMoment } from "../../text/quantities.ts";
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
    width: 165,
    cell: ({ at }) => <span className="dg-numbers">{spellMoment(at)}</span>,
  },
  {
    header: columns.actor,
    width: 150,
    cell: ({ actorName, actorUserId }) =>
      actorUserId === null && actorName === "" ? (
        <span className="dg-soft">{auditText.program}</span>
      ) : (
        <Link className="dg-quiet-link" to="." search={{ actor: actorUserId ?? actorName } as never}>
          {actorName}
        </Link>
      ),
  },
  {
    header: columns.action,
    width: 210,
    cell: (entry) => <span className="dg-cell-main">{spellDeed(entry)}</span>,
  },
  { header: columns.subject, cell: (entry) => <Subject entry={entry} /> },
  { header: columns.outcome, width: 250, cell: (entry) => <Outcome entry={entry} /> },
  { header: columns.address, width: 140, cell: ({ address }) => <span className="dg-mono">{address}</span> },
];

interface EntryProps {
  readonly entry: AuditEntry;
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
    { label: columns.at, value: spellMoment(at) },
    { label: columns.actor, value: actorName === "" ? auditText.program : actorName },
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
  const facts = Object.entries(detail);
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
