/** A form in a dialog: its inputs, and at the end what went wrong as a whole, cancel and save. */
import { Button, Group, type ModalProps, Stack } from "@mantine/core";
import type { ComponentProps, ReactNode } from "react";
import { shellText } from "../text/shell.ts";
import { CollisionNotice } from "./collision-notice.tsx";
import { Dialog } from "./dialog.tsx";
import { FormProblem } from "./form-problem.tsx";
import type { Collision } from "./use-editing.ts";
import "./parts.css";

interface DialogFormProps {
  readonly title: string;
  readonly size?: NonNullable<ModalProps["size"]>;
  /** What is wrong at its fields is shown there, and not again at the end. */
  readonly form: { readonly errors: Readonly<Record<string, unknown>> };
  readonly submit: NonNullable<ComponentProps<"form">["onSubmit"]>;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  /** Somebody else changed the same thing. */
  readonly collision?: Collision | undefined;
  readonly label?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DialogForm(props: DialogFormProps) {
  const { title, size, submit, onClose, children } = props;
  return (
    <Dialog onClose={onClose} title={title} {...(size !== undefined && { size })}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {children}
          <FormEnd {...props} />
        </Stack>
      </form>
    </Dialog>
  );
}

function FormEnd({ form, change, collision, label = shellText.save, onClose }: DialogFormProps) {
  const isShownAtField = Object.keys(form.errors).length > 0;
  const hasProblem = change.error !== null && change.error !== undefined && !isShownAtField;
  const isCollided = collision?.at === "collided";
  return (
    <>
      {collision && <CollisionNotice collision={collision} />}
      {hasProblem && !isCollided && <FormProblem error={change.error} />}
      <Group justify="flex-end" className="dg-form-end">
        <Button variant="default" onClick={onClose}>
          {shellText.cancel}
        </Button>
        <Button type="submit" loading={change.isPending} disabled={isCollided} data-testid="save">
          {label}
        </Button>
      </Group>
    </>
  );
}
