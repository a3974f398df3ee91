/** One button of the toolbar, with its name on hover. */
import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

interface ToolButtonProps {
  readonly label: string;
  readonly testId: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

export function ToolButton({ label, testId, onClick, children }: ToolButtonProps) {
  return (
    <Tooltip label={label} withinPortal={false}>
      <ActionIcon
        className="dg-tool"
        variant="subtle"
        color="gray"
        aria-label={label}
        data-testid={testId}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
