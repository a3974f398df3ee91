/** A button of the toolbar that opens a panel, for what takes more than a menu. */
import { ActionIcon, Popover, Tooltip } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface ToolPopoverProps {
  readonly label: string;
  readonly testId: string;
  readonly icon: ReactNode;
  readonly width: number;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function ToolPopover({ label, testId, icon, width, onClose, children }: ToolPopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const change = (isWanted: boolean) => {
    setOpen(isWanted);
    if (!isWanted) onClose();
  };
  return (
    <Popover opened={isOpen} onChange={change} withinPortal={false} trapFocus width={width} position="bottom">
      <Popover.Target>
        <Tooltip label={label} withinPortal={false} disabled={isOpen}>
          <ActionIcon
            className="dg-tool"
            variant="subtle"
            color="gray"
            aria-label={label}
            data-testid={testId}
            onClick={() => change(!isOpen)}
          >
            {icon}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className="dg-clipboard">{children}</Popover.Dropdown>
    </Popover>
  );
}
