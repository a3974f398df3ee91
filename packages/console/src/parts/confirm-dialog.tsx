/** Asks before something that cannot be undone, and says what will happen. */

import { Button, Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { shellText } from "../text/shell.ts";
import { Dialog } from "./dialog.tsx";
import { FormProblem } from "./form-problem.tsx";
import "./parts.css";

interface ConfirmDialogProps {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  /** The change that the action makes; its failure is shown here. */
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What it is about, above the hint. */
  readonly children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, hint, action, change, onConfirm, onClose, children } = props;
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack gap="md">
        {children}
        <Text size="sm">{hint}</Text>
        {change.error !== null && change.error !== undefined && <FormProblem error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {shellText.cancel}
          </Button>
          <Button color="red" loading={change.isPending} onClick={onConfirm} data-testid="confirm">
            {action}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
