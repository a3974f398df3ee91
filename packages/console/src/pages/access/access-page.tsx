/** Who may use what: one row per desktop, its people as tags, one field to add more. */
import type { Pool } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { TbKey } from "react-icons/tb";
import { useListing } from "../../api/list.ts";
import { poolsList } from "../../api/machines.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import type { Column } from "../../parts/table/data-table.tsx";
import { ListPage } from "../../parts/table/list-page.tsx";
import { useListState } from "../../parts/table/use-list-state.ts";
import { accessText } from "../../text/access.ts";
import { PoolPeople } from "./pool-people.tsx";
import "./access.css";

const COLUMNS: readonly Column<Pool>[] = [
  {
    header: accessText.columns.desktop,
    sort: "name",
    width: 260,
    cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
  },
  { header: accessText.columns.people, cell: (pool) => <PoolPeople pool={pool} /> },
];

export function AccessPage() {
  const controls = useListState();
  const listing = useListing(poolsList, controls.state);
  return (
    <ListPage
      title={accessText.title}
      lead={accessText.lead}
      search={accessText.filter}
      controls={controls}
      listing={listing}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      minWidth={560}
      empty={<NothingToHandOut />}
    />
  );
}

function NothingToHandOut() {
  return (
    <EmptyState
      icon={<TbKey size={26} strokeWidth={1.6} />}
      title={accessText.emptyTitle}
      hint={accessText.emptyHint}
    >
      <Button renderRoot={(props) => <Link to="/machines" {...props} />}>{accessText.toMachines}</Button>
    </EmptyState>
  );
}
