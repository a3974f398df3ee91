/** Asks before something that cannot be undone, and says what will happen. */

import { Button, Group, Stack, Text } from "@mantine/core";
import { shellText } from "../text/shell.ts";
import { Dialog } from "./dialog.tsx";
import { FormProblem } from "./form-problem.tsx";

interface ConfirmDialogProps {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  /** The change that the action makes; its failure is shown here. */
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ title, hint, action, change, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog onClose={onClose} title={title}>
      <Stack gap="md">
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
