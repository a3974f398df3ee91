/** What can be done with one row of a table. */
import { ActionIcon, Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { TbDots } from "react-icons/tb";
import { shellText } from "../text/shell.ts";

export interface RowAction {
  readonly label: string;
  readonly icon: ReactNode;
  readonly onClick: () => void;
  readonly isDangerous?: boolean;
}

interface RowMenuProps {
  /** What the row is about. */
  readonly name: string;
  readonly actions: readonly RowAction[];
}

export function RowMenu({ name, actions }: RowMenuProps) {
  return (
    <Menu position="bottom-end" width={208}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={shellText.actionsFor(name)}
          data-testid={`actions-${name}`}
        >
          <TbDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ label, icon, onClick, isDangerous }) => (
          <Menu.Item key={label} leftSection={icon} onClick={onClick} {...(isDangerous && { color: "red" })}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
