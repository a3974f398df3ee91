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
    width: 170,
    cell: ({ at }) => <span className="dg-numbers">{spellMoment(at)}</span>,
  },
  {
    header: columns.actor,
    width: 170,
    cell: ({ actorName, actorUserId }) =>
      actorUserId === null && actorName === "" ? (
        <span className="dg-soft">{auditText.program}</span>
      ) : (
        <Link className="dg-quiet-link" to="." search={{ actor: actorUserId ?? actorName } as never}>
          {actorName}
        </Link>
      ),
  },
  { header: columns.action, width: 200, cell: ({ action }) => <span className="dg-mono">{action}</span> },
  {
    header: columns.subject,
    cell: ({ subjectKind, subjectId, detail }) => (
      <div>
        <div>{nameIn(detail) ?? subjectKind}</div>
        <div className="dg-cell-sub dg-audit-id">{subjectId}</div>
      </div>
    ),
  },
  {
    header: columns.outcome,
    width: 170,
    cell: ({ outcome }) =>
      outcome === "ok" ? auditText.ok : <span className="dg-tag dg-tag-warning dg-mono">{outcome}</span>,
  },
  { header: columns.address, width: 140, cell: ({ address }) => <span className="dg-mono">{address}</span> },
];

/** Most entries name what they are about. */
function nameIn(detail: Readonly<Record<string, unknown>>): string | undefined {
  const name = detail["name"];
  return typeof name === "string" ? name : undefined;
}

function EntryDrawer({ entry, onClose }: { readonly entry: AuditEntry; readonly onClose: () => void }) {
  const facts = [
    [columns.at, spellMoment(entry.at)],
    [columns.actor, entry.actorName === "" ? auditText.program : entry.actorName],
    [columns.action, entry.action],
    [columns.subject, `${entry.subjectKind} ${entry.subjectId}`],
    [columns.outcome, entry.outcome],
    [columns.address, entry.address],
    [auditText.hash, entry.hash],
    [auditText.previousHash, entry.previousHash],
  ] as const;
  return (
    <SideSheet onClose={onClose} title={auditText.entryTitle(entry.sequence)}>
      <dl className="dg-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{auditText.detail}</dt>
          <dd>
            <pre className="dg-mono">{JSON.stringify(entry.detail, null, 2)}</pre>
          </dd>
        </div>
      </dl>
    </SideSheet>
  );
}
