/** Who may use what: one row per desktop, its people as tags, one field to add more. */
import type { Entitlement, Pool } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbKey } from "react-icons/tb";
import { entitlementsQuery, poolsQuery } from "../../api/machines.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { matches } from "../../parts/matches.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { DataTable } from "../../parts/table/data-table.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { accessText } from "../../text/access.ts";
import { shellText } from "../../text/shell.ts";
import { PoolPeople } from "./pool-people.tsx";
import "./access.css";
import { locale } from "../../text/language.ts";

export function AccessPage() {
  useTitle(accessText.title);
  const [filter, setFilter] = useState("");
  const pools = useQuery(poolsQuery);
  const entitlements = useQuery(entitlementsQuery);
  return (
    <>
      <PageHeader title={accessText.title} lead={accessText.lead}>
        <SearchBox label={accessText.filter} value={filter} onChange={setFilter} />
      </PageHeader>
      <Loaded query={pools}>
        {({ items }) => (
          <Loaded query={entitlements}>
            {(entitled) =>
              items.length > 0 ? (
                <AccessTable pools={shownOf(items, filter)} entitlements={entitled.items} />
              ) : (
                <NothingToHandOut />
              )
            }
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function shownOf(pools: readonly Pool[], filter: string): readonly Pool[] {
  return pools
    .filter(({ name }) => matches(filter, name))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale, { numeric: true }));
}

interface AccessTableProps {
  readonly pools: readonly Pool[];
  readonly entitlements: readonly Entitlement[];
}

function AccessTable({ pools, entitlements }: AccessTableProps) {
  if (pools.length === 0) return <p className="dg-none-found">{shellText.nothingMatches}</p>;
  return (
    <DataTable
      label={accessText.title}
      rows={pools}
      keyOf={({ id }) => id}
      minWidth={560}
      columns={[
        {
          header: accessText.columns.desktop,
          cell: ({ name }) => <span className="dg-cell-main">{name}</span>,
        },
        {
          header: accessText.columns.people,
          cell: (pool) => (
            <PoolPeople pool={pool} entitlements={entitlements.filter(({ poolId }) => poolId === pool.id)} />
          ),
        },
      ]}
    />
  );
}

function NothingToHandOut() {
  return (
    <div className="dg-card">
      <EmptyState
        icon={<TbKey size={26} strokeWidth={1.6} />}
        title={accessText.emptyTitle}
        hint={accessText.emptyHint}
      >
        <Button renderRoot={(props) => <Link to="/machines" {...props} />}>{accessText.toMachines}</Button>
      </EmptyState>
    </div>
  );
}
