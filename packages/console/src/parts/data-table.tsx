/** A dense table that scrolls sideways where the window is narrow. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import "./parts.css";

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** The header is said but not shown, as for a column of buttons. */
  readonly isHeaderHidden?: boolean;
  readonly align?: "right";
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly minWidth?: number;
}

export function DataTable<Row>({ label, columns, rows, keyOf, minWidth = 720 }: DataTableProps<Row>) {
  return (
    <div className="dg-card dg-table">
      <Table.ScrollContainer minWidth={minWidth} type="native">
        <Table aria-label={label} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ header, isHeaderHidden, align }) => (
                <Table.Th key={header} ta={align ?? "left"}>
                  <span className={isHeaderHidden ? "dg-visually-hidden" : ""}>{header}</span>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={keyOf(row)}>
                {columns.map(({ header, cell, align }) => (
                  <Table.Td key={header} ta={align ?? "left"}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
