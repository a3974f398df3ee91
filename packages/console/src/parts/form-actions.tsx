/** The end of every form in a dialog: what went wrong as a whole, cancel, save. */
import { Button, Group } from "@mantine/core";
import { shellText } from "../text/shell.ts";
import "./parts.css";
import { CollisionNotice } from "./collision-notice.tsx";
import { FormProblem } from "./form-problem.tsx";
import type { Collision } from "./use-editing.ts";

interface FormActionsProps {
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  /** Whether the failure shows at a field already. */
  readonly isShownAtField: boolean;
  readonly onCancel: () => void;
  readonly label?: string;
  /** Somebody else changed the same thing. */
  readonly collision?: Collision | undefined;
}

export function FormActions(props: FormActionsProps) {
  const { change, isShownAtField, onCancel, label = shellText.save, collision } = props;
  const hasProblem = change.error !== null && change.error !== undefined && !isShownAtField;
  const isCollided = collision?.at === "collided";
  return (
    <>
      {collision && <CollisionNotice collision={collision} />}
      {hasProblem && !isCollided && <FormProblem error={change.error} />}
      <Group justify="flex-end" className="dg-form-end">
        <Button variant="default" onClick={onCancel}>
          {shellText.cancel}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={isCollided} data-testid="save">
          {label}
        </Button>
      </Group>
    </>
  );
}
