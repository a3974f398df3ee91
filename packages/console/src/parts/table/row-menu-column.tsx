/** The last column of a table whose rows can be changed: what can be done with each. */
import { TbPencil, TbTrash } from "react-icons/tb";
import { shellText } from "../../text/shell.ts";
import { type RowAction, RowMenu } from "../row-menu.tsx";
import type { Column } from "./data-table.tsx";

export function rowMenuColumn<Row extends { readonly name: string }>(
  header: string,
  actionsOn: (row: Row) => readonly RowAction[],
): Column<Row> {
  return {
    header,
    isHeaderHidden: true,
    align: "right",
    width: 64,
    cell: (row) => <RowMenu name={row.name} actions={actionsOn(row)} />,
  };
}

/** All that can be done with most things. */
export function editAndDelete(act: (at: "edit" | "delete") => void): readonly RowAction[] {
  const icon = { size: 16, strokeWidth: 1.7 };
  return [
    { label: shellText.edit, icon: <TbPencil {...icon} />, onClick: () => act("edit") },
    {
      label: shellText.delete,
      icon: <TbTrash {...icon} />,
      isDangerous: true,
      onClick: () => act("delete"),
    },
  ];
}
