/** Setting somebody else's password. */

import { ROUTES, type User } from "@deskgate/contract";
import { PasswordInput, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useUpdateUser } from "../../api/users.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { usersText } from "../../text/users.ts";

export function PasswordDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const updateUser = useUpdateUser();
  const form = useForm({
    initialValues: { password: "" },
    validate: (fields) => problemsBySchema(ROUTES.updateUser.body, fields),
  });
  const submit = form.onSubmit(({ password }) =>
    updateUser.mutate(
      { id: user.id, changes: { password } },
      {
        onSuccess: () => {
          notifications.show({ message: usersText.passwordSet });
          onClose();
        },
        onError: (error) => form.setErrors(problemsOfRefusal(error)),
      },
    ),
  );
  return (
    <DialogForm
      title={usersText.setPasswordTitle(user.displayName)}
      form={form}
      submit={submit}
      change={updateUser}
      label={usersText.setPassword}
      onClose={onClose}
    >
      <Text size="sm">{usersText.setPasswordHint}</Text>
      <PasswordInput
        label={usersText.newPassword}
        autoComplete="new-password"
        data-autofocus
        {...form.getInputProps("password")}
      />
    </DialogForm>
  );
}
