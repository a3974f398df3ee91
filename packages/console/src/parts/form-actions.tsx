/** The end of every form in a dialog: what went wrong as a whole, cancel, save. */
import { Button, Group } from "@mantine/core";
import { shellText } from "../text/shell.ts";
import { FormProblem } from "./form-problem.tsx";

interface FormActionsProps {
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  /** Whether the failure shows at a field already. */
  readonly isShownAtField: boolean;
  readonly onCancel: () => void;
  readonly label?: string;
}

export function FormActions({ change, isShownAtField, onCancel, label = shellText.save }: FormActionsProps) {
  const hasProblem = change.error !== null && change.error !== undefined && !isShownAtField;
  return (
    <>
      {hasProblem && <FormProblem error={change.error} />}
      <Group justify="flex-end" mt="xs">
        <Button variant="default" onClick={onCancel}>
          {shellText.cancel}
        </Button>
        <Button type="submit" loading={change.isPending} data-testid="save">
          {label}
        </Button>
      </Group>
    </>
  );
}
