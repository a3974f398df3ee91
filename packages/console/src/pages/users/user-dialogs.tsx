/** What an administrator is doing with a user just now, as one dialog at a time. */
import type { User } from "@deskgate/contract";
import { useDeleteUser } from "../../api/users.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { usersText } from "../../text/users.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { AddUserDialog, EditUserDialog } from "./user-form.tsx";

export type UserTask =
  | { readonly at: "add" }
  | { readonly at: "edit" | "link" | "password" | "delete"; readonly user: User };

interface UserDialogsProps {
  readonly task: UserTask | undefined;
  readonly onTask: (task: UserTask | undefined) => void;
}

export function UserDialogs({ task, onTask }: UserDialogsProps) {
  const close = () => onTask(undefined);
  switch (task?.at) {
    case undefined:
      return null;
    case "add":
      // Without a password the link is what comes next.
      return (
        <AddUserDialog
          onClose={close}
          onAdded={(user) => (user.hasPassword ? close() : onTask({ at: "link", user }))}
        />
      );
    case "edit":
      return <EditUserDialog user={task.user} onClose={close} />;
    case "link":
      return <LinkDialog user={task.user} onClose={close} />;
    case "password":
      return <PasswordDialog user={task.user} onClose={close} />;
    case "delete":
      return <DeleteUserDialog user={task.user} onClose={close} />;
  }
}

function DeleteUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const deleteUser = useDeleteUser();
  return (
    <ConfirmDialog
      title={usersText.deleteTitle(user.displayName)}
      hint={usersText.deleteHint}
      action={usersText.deleteUser}
      change={deleteUser}
      onConfirm={() => deleteUser.mutate(user.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
