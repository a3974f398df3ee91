/** What an administrator is doing with a user just now, as one dialog at a time. */
import type { User } from "@deskgate/contract";
import { useDeleteUser, useUpdateUser } from "../../api/users.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { listNames } from "../../parts/names.ts";
import { useBulk } from "../../parts/table/use-bulk.ts";
import { usersText } from "../../text/users.ts";
import { LinkDialog } from "./link-dialog.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { AddUserDialog, EditUserDialog } from "./user-form.tsx";

export type UserTask =
  | { readonly at: "add" }
  | { readonly at: "edit" | "link" | "password" | "delete"; readonly user: User }
  | { readonly at: "disable-many" | "delete-many"; readonly users: readonly User[] };

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
    case "disable-many":
      return <DisableManyDialog users={task.users} onClose={close} />;
    case "delete-many":
      return <DeleteManyDialog users={task.users} onClose={close} />;
  }
}

interface ManyDialogProps {
  readonly users: readonly User[];
  readonly onClose: () => void;
}

function DisableManyDialog({ users, onClose }: ManyDialogProps) {
  const { mutateAsync } = useUpdateUser();
  const bulk = useBulk(({ id }: User) => mutateAsync({ id, changes: { isDisabled: true } }));
  const names = listNames(users.map(({ displayName }) => displayName));
  return (
    <ConfirmDialog
      title={usersText.disableTitle(names, users.length)}
      hint={usersText.disableHint(names)}
      action={usersText.disable}
      change={bulk}
      onConfirm={() => bulk.mutate(users, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function DeleteManyDialog({ users, onClose }: ManyDialogProps) {
  const { mutateAsync } = useDeleteUser();
  const bulk = useBulk((user: User) => mutateAsync(user));
  return (
    <ConfirmDialog
      title={usersText.deleteManyTitle(users.length)}
      hint={usersText.deleteManyHint(listNames(users.map(({ displayName }) => displayName)))}
      action={usersText.deleteMany}
      change={bulk}
      onConfirm={() => bulk.mutate(users, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function DeleteUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const deleteUser = useDeleteUser();
  return (
    <ConfirmDialog
      title={usersText.deleteTitle(user.displayName)}
      hint={usersText.deleteHint}
      action={usersText.deleteUser}
      change={deleteUser}
      onConfirm={() => deleteUser.mutate(user, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
