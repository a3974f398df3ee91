/** A page that is one list: title and main action, search and filters, the rows or what stands in their place. */
import { Alert, Button, CloseButton, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { TbCloudOff, TbFilter } from "react-icons/tb";
import type { Listing } from "../../api/list.ts";
import { shellText } from "../../text/shell.ts";
import { tableText } from "../../text/table.ts";
import { Loaded } from "../loaded.tsx";
import { PageHeader } from "../page-header.tsx";
import { SearchBox } from "../search-box.tsx";
import { useTitle } from "../use-title.ts";
import { type Column, DataTable } from "./data-table.tsx";
import type { Selection } from "./selection.ts";
import { useFocusSuccessor } from "./use-focus-successor.ts";
import type { ListControls } from "./use-list-state.ts";

export interface ListFilter {
  /** Its name in the address and in the API's query. */
  readonly name: string;
  readonly label: string;
  /** What may be chosen; a filter without is only set by links. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly labelOf?: (value: string) => string;
}

interface ListPageProps<Row> {
  readonly title: string;
  readonly lead: string;
  readonly search: string;
  readonly controls: ListControls;
  readonly listing: Listing<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly nameOf?: (row: Row) => string;
  readonly filters?: readonly ListFilter[];
  /** The buttons at the page's head. */
  readonly actions?: ReactNode;
  /** Stands where there is nothing at all. */
  readonly empty: ReactNode;
  readonly selection?: Selection;
  /** What can be done with the selected rows. */
  readonly bulk?: (rows: readonly Row[]) => ReactNode;
  readonly onOpen?: (row: Row) => void;
  readonly minWidth?: number;
  /** Between the head and the list. */
  readonly children?: ReactNode;
}

export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, lead, actions, listing, controls, children, empty } = props;
  const { q, filters } = controls.state;
  useTitle(title);
  useFocusSuccessor();
  const isNarrowed = q !== "" || Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader title={title} lead={lead}>
        {actions}
      </PageHeader>
      {children}
      {listing.isStale && (
        <Alert role="status" color="yellow" mb="md" icon={<TbCloudOff size={18} />}>
          {shellText.stale}
        </Alert>
      )}
      <Loaded query={{ data: listing.rows, error: listing.error, refetch: listing.refetch }}>
        {(rows) =>
          rows.length === 0 && !isNarrowed ? (
            <div className="dg-card">{empty}</div>
          ) : (
            <>
              <ListBar {...props} rows={rows} />
              {rows.length === 0 ? <NoneFound onClear={controls.clear} /> : <Rows {...props} rows={rows} />}
            </>
          )
        }
      </Loaded>
    </>
  );
}

type WithRows<Row> = ListPageProps<Row> & { readonly rows: readonly Row[] };

function Rows<Row>({ title, columns, rows, controls, listing, keyOf, nameOf, ...rest }: WithRows<Row>) {
  const { selection, onOpen, minWidth } = rest;
  return (
    <DataTable
      label={title}
      columns={columns.map((column) => sortable(column, listing))}
      rows={rows}
      keyOf={keyOf}
      {...(nameOf && { nameOf })}
      {...(minWidth !== undefined && { minWidth })}
      sort={controls.state.sort}
      onSort={controls.sortBy}
      selection={selection}
      onOpen={onOpen}
      total={listing.total}
      onMore={listing.more}
    />
  );
}

/** A column whose order the server does not know is shown without one. */
function sortable<Row>(column: Column<Row>, { takesSort }: Listing<Row>): Column<Row> {
  const { sort, ...unsorted } = column;
  return sort === undefined || takesSort(sort) ? column : unsorted;
}

function ListBar<Row>(props: WithRows<Row>) {
  const { search, controls, listing, rows, selection, keyOf, bulk } = props;
  const filters = (props.filters ?? []).filter(({ name }) => listing.takesFilter(name));
  const selected = selection ? rows.filter((row) => selection.keys.has(keyOf(row))) : [];
  if (selection && bulk && selected.length > 0)
    return (
      <div className="dg-list-bar">
        <div className="dg-bulk" role="status">
          <strong>{tableText.selected(selected.length)}</strong>
          {bulk(selected)}
          <Button size="compact-sm" variant="subtle" ml="auto" onClick={selection.clear}>
            {tableText.clearSelection}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="dg-list-bar">
      <SearchBox label={search} value={controls.typed} onChange={controls.type} />
      <FilterMenu filters={filters} controls={controls} />
      {filters.map((filter) => (
        <Chip key={filter.name} filter={filter} controls={controls} />
      ))}
      <span className="dg-list-count dg-numbers" role="status">
        {listing.total === undefined
          ? tableText.countSome(rows.length)
          : tableText.count(rows.length, listing.total)}
      </span>
    </div>
  );
}

interface FilterProps {
  readonly filters: readonly ListFilter[];
  readonly controls: ListControls;
}

function FilterMenu({ filters, controls }: FilterProps) {
  const offered = filters.filter(({ options = [] }) => options.length > 0);
  if (offered.length === 0) return null;
  return (
    <Menu position="bottom-start" width={230} closeOnItemClick>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          leftSection={<TbFilter size={15} strokeWidth={1.8} />}
          data-testid="add-filter"
        >
          {tableText.addFilter}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="dg-filter-menu">
        {offered.map(({ name, label, options = [] }) => (
          <div key={name}>
            <Menu.Label>{label}</Menu.Label>
            {options.map(({ value, label: choice }) => (
              <Menu.Item key={value} onClick={() => controls.filterBy(name, value)}>
                {choice}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chip({ filter, controls }: { readonly filter: ListFilter; readonly controls: ListControls }) {
  const { name, label, options = [], labelOf } = filter;
  const value = controls.state.filters[name];
  if (value === undefined) return null;
  const shown = options.find((option) => option.value === value)?.label ?? labelOf?.(value) ?? value;
  return (
    <span className="dg-chip">
      {tableText.chip(label, shown)}
      <CloseButton
        size="xs"
        aria-label={tableText.removeChip(label)}
        onClick={() => controls.filterBy(name, undefined)}
      />
    </span>
  );
}

function NoneFound({ onClear }: { readonly onClear: () => void }) {
  return (
    <p className="dg-none-found" role="status">
      {shellText.nothingMatches}{" "}
      <Button variant="subtle" size="compact-sm" onClick={onClear}>
        {tableText.clearFilters}
      </Button>
    </p>
  );
}
