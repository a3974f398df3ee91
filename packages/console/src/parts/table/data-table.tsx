/**
 * A dense table that draws only the rows in sight, so that 10,000 of them scroll as well as ten.
 *
 * One row is in the tab order; arrow keys, Page Up and Down, Home and End go to the others, Enter opens one, Space
 * selects it. It scrolls inside itself, under a header that stays. On a phone each row is a block of lines, each behind
 * the name of its column.
 */
import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";
import { TbArrowDown, TbArrowUp, TbSelector } from "react-icons/tb";
import { tableText } from "../../text/table.ts";
import { ariaSortOf, nextSort, type Sort } from "./list-state.ts";
import type { Selection } from "./selection.ts";
import "./table.css";

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The header is said but not shown, as for a column of buttons. */
  readonly isHeaderHidden?: boolean;
  readonly align?: "right";
  /** The name by which the list can be put in this column's order. */
  readonly sort?: string;
  /** Pixels; columns without share the rest. */
  readonly width?: number;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What a row is called, where rows can be selected. */
  readonly nameOf?: (row: Row) => string;
  readonly minWidth?: number;
  readonly sort?: Sort | undefined;
  readonly onSort?: (sort: Sort | undefined) => void;
  readonly selection?: Selection | undefined;
  readonly onOpen?: ((row: Row) => void) | undefined;
  /** How many there are in all, where not all are loaded. */
  readonly total?: number | undefined;
  /** Called when the last rows come into sight. */
  readonly onMore?: (() => void) | undefined;
}

const ROW_HEIGHT = 49;
/** Rows drawn beyond what is in sight, so that scrolling shows no gap. */
const OVERSCAN = 12;
const PAGE_ROWS = 12;
const SELECT_WIDTH = 44;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, keyOf, minWidth = 720, selection, total } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
  });
  const drawn = virtual.getVirtualItems();
  const first = drawn[0];
  const last = drawn.at(-1);
  useMoreWhenNear(last?.index ?? 0, rows.length, props.onMore);
  const roving = useRovingRow(props, {
    reveal: (index) => virtual.scrollToIndex(index),
    tabStop: (active) => (drawn.some(({ index }) => index === active) ? active : (first?.index ?? 0)),
  });
  const span = columns.length + (selection ? 1 : 0);
  return (
    <div className="dg-card dg-table">
      <div ref={scroller} className="dg-table-scroll">
        <table
          aria-label={label}
          aria-rowcount={(total ?? rows.length) + 1}
          className={selection ? "dg-table-selects" : ""}
          style={{ "--dg-table-width": `${minWidth}px` } as CSSProperties}
          onKeyDown={roving.onKeyDown}
        >
          <colgroup>
            {selection && <col style={{ width: SELECT_WIDTH }} />}
            {columns.map(({ header, width }) => (
              <col key={header} {...(width !== undefined && { style: { width } })} />
            ))}
          </colgroup>
          <TableHead {...props} />
          <tbody>
            <Gap height={first?.start ?? 0} span={span} />
            {drawn.map(({ index, key }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <TableRow
                  key={key}
                  {...props}
                  row={row}
                  index={index}
                  isTabStop={roving.tabStop === index}
                  measure={virtual.measureElement}
                />
              );
            })}
            <Gap height={virtual.getTotalSize() - (last?.end ?? 0)} span={span} />
          </tbody>
        </table>
      </div>
    </div>
  );
}

function useMoreWhenNear(lastDrawn: number, count: number, onMore: (() => void) | undefined): void {
  useEffect(() => {
    if (onMore && count - OVERSCAN * 2 <= lastDrawn) onMore();
  }, [lastDrawn, count, onMore]);
}

interface RovingSight {
  readonly reveal: (index: number) => void;
  /** The row that Tab leads to, given the one that was last gone to. */
  readonly tabStop: (active: number) => number;
}

function useRovingRow<Row>(
  { rows, keyOf, selection, onOpen }: DataTableProps<Row>,
  { reveal, tabStop }: RovingSight,
) {
  const [active, setActive] = useState(0);
  const goTo = (table: HTMLElement, wanted: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, wanted));
    setActive(index);
    const focusRow = () => table.querySelector<HTMLElement>(`tr[data-index="${index}"]`)?.focus();
    if (table.querySelector(`tr[data-index="${index}"]`)) return focusRow();
    reveal(index);
    // It is drawn after the scroll; two frames are what the virtualizer takes.
    requestAnimationFrame(() => requestAnimationFrame(focusRow));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const { target, currentTarget } = event;
    // Keys pressed inside a row's menu or button are theirs.
    if (!(target instanceof HTMLTableRowElement) || target.dataset["index"] === undefined) return;
    const index = Number(target.dataset["index"]);
    const row = rows[index];
    const wanted = rowOfKey(event.key, index, rows.length);
    if (wanted !== undefined) goTo(currentTarget, wanted);
    else if (event.key === "Enter" && row && onOpen) onOpen(row);
    else if (event.key === " " && row && selection) selection.toggle(keyOf(row));
    else return;
    event.preventDefault();
  };
  return { tabStop: tabStop(active), onKeyDown };
}

function rowOfKey(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return index + 1;
    case "ArrowUp":
      return index - 1;
    case "PageDown":
      return index + PAGE_ROWS;
    case "PageUp":
      return index - PAGE_ROWS;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}

function TableHead<Row>({ columns, rows, keyOf, selection, sort, onSort }: DataTableProps<Row>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        {selection && (
          <th scope="col">
            <Checkbox
              size="xs"
              aria-label={tableText.selectAll}
              checked={rows.length > 0 && selection.keys.size === rows.length}
              indeterminate={selection.keys.size > 0 && selection.keys.size < rows.length}
              onChange={() => selection.toggleAll(rows.map(keyOf))}
            />
          </th>
        )}
        {columns.map(({ header, isHeaderHidden, align, sort: name }) => (
          <th
            key={header}
            scope="col"
            className={align === "right" ? "dg-right" : ""}
            {...(name !== undefined && onSort && { "aria-sort": ariaSortOf(sort, name) })}
          >
            {name !== undefined && onSort ? (
              <button type="button" className="dg-sort" onClick={() => onSort(nextSort(sort, name))}>
                {header}
                <SortMark order={ariaSortOf(sort, name)} />
              </button>
            ) : (
              <span className={isHeaderHidden ? "dg-visually-hidden" : ""}>{header}</span>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function SortMark({ order }: { readonly order: "ascending" | "descending" | "none" }) {
  const look = { size: 13, strokeWidth: 2, "aria-hidden": true } as const;
  switch (order) {
    case "ascending":
      return <TbArrowUp {...look} />;
    case "descending":
      return <TbArrowDown {...look} />;
    case "none":
      return <TbSelector {...look} className="dg-sort-idle" />;
  }
}

interface TableRowProps<Row> extends DataTableProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly isTabStop: boolean;
  readonly measure: (row: HTMLTableRowElement | null) => void;
}

function TableRow<Row>(props: TableRowProps<Row>) {
  const { row, index, isTabStop, measure, columns, keyOf, nameOf, selection, onOpen } = props;
  const key = keyOf(row);
  const isSelected = selection?.keys.has(key) ?? false;
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={isTabStop ? 0 : -1}
      {...(selection && { "aria-selected": isSelected })}
      className={[isSelected && "dg-row-selected", onOpen && "dg-row-opens"].filter(Boolean).join(" ")}
      onClick={(event) => onOpen && isPlainClick(event) && onOpen(row)}
    >
      {selection && (
        <td className="dg-cell-select">
          <Checkbox
            size="xs"
            aria-label={tableText.select(nameOf?.(row) ?? key)}
            checked={isSelected}
            tabIndex={-1}
            onChange={() => selection.toggle(key)}
          />
        </td>
      )}
      {columns.map(({ header, isHeaderHidden, cell, align }, at) => (
        <td
          key={header}
          className={[align === "right" && "dg-right", isHeaderHidden && "dg-cell-actions"]
            .filter(Boolean)
            .join(" ")}
          {...(0 < at && !isHeaderHidden && { "data-label": header })}
        >
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A click on the row itself: not on something in it that has a meaning of its own, nor the end of marking text. */
function isPlainClick({ target, currentTarget }: MouseEvent<HTMLTableRowElement>): boolean {
  if (!(target instanceof Element) || !currentTarget.contains(target)) return false;
  const isOwn = target.closest("a, button, input, label, [role=menu], [role=dialog]") !== null;
  return !isOwn && (window.getSelection()?.isCollapsed ?? true);
}

/** The place of rows that are not drawn. */
function Gap({ height, span }: { readonly height: number; readonly span: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in an empty row takes the focus.
    <tr aria-hidden="true">
      <td colSpan={span} className="dg-gap" style={{ height }} />
    </tr>
  );
}
