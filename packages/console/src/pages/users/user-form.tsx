/** Adding a user, and changing one. */

import { ROUTES, type User } from "@deskgate/contract";
import { Checkbox, MultiSelect, NativeSelect, PasswordInput, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type FieldProblems, problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { groupsQuery, readUser, rolesQuery, useCreateUser, useUpdateUser } from "../../api/users.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { usersText } from "../../text/users.ts";
import { roleName } from "./role-name.ts";

interface UserFields {
  readonly name: string;
  readonly displayName: string;
  readonly role: string;
  readonly groupIds: string[];
  readonly password: string;
  readonly isDisabled: boolean;
}

interface AddUserDialogProps {
  readonly onClose: () => void;
  readonly onAdded: (user: User) => void;
}

export function AddUserDialog({ onClose, onAdded }: AddUserDialogProps) {
  const createUser = useCreateUser();
  const form = useForm<UserFields>({
    initialValues: { name: "", displayName: "", role: "user", groupIds: [], password: "", isDisabled: false },
    validate: problemsOfNewUser,
  });
  const submit = form.onSubmit((fields) =>
    createUser.mutate(newUserOf(fields), {
      onSuccess: (user) => {
        notifications.show({ message: usersText.added(user.displayName) });
        onAdded(user);
      },
      onError: (error) => form.setErrors(problemsOfRefusal(error)),
    }),
  );
  return (
    <DialogForm
      title={usersText.addTitle}
      form={form}
      submit={submit}
      change={createUser}
      label={usersText.add}
      onClose={onClose}
    >
      <UserInputs form={form} />
      <PasswordInput
        label={usersText.password}
        description={usersText.passwordHint}
        autoComplete="new-password"
        {...form.getInputProps("password")}
      />
    </DialogForm>
  );
}

function problemsOfNewUser(fields: UserFields): FieldProblems {
  const { displayName, ...problems } = problemsBySchema(ROUTES.createUser.body, newUserOf(fields));
  // An empty display name is the name's problem, whose place it takes.
  return fields.displayName.trim() === "" || displayName === undefined
    ? problems
    : { displayName, ...problems };
}

function newUserOf({ name, displayName, role, groupIds, password }: UserFields) {
  // Most people are shown under the name they sign in with until somebody says otherwise.
  const shown = displayName.trim() === "" ? name : displayName;
  return { name, displayName: shown, role, groupIds, ...(password !== "" && { password }) };
}

export function EditUserDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const updateUser = useUpdateUser();
  const form = useForm<UserFields>({
    initialValues: formOf(user),
    validate: (fields) => problemsBySchema(ROUTES.updateUser.body, changesOf(fields)),
  });
  const { submit, collision } = useEditing({
    ...{ thing: user, read: readUser, form, formOf, change: updateUser },
    send: (fields, ifVersion) =>
      updateUser.mutate(
        { id: user.id, changes: changesOf(fields), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={usersText.editTitle(user.displayName)}
      form={form}
      submit={submit}
      change={updateUser}
      collision={collision}
      onClose={onClose}
    >
      <UserInputs form={form} />
      <Checkbox
        mt={4}
        label={usersText.isDisabled}
        description={usersText.isDisabledHint}
        {...form.getInputProps("isDisabled", { type: "checkbox" })}
      />
    </DialogForm>
  );
}

function formOf({ name, displayName, role, groupIds, isDisabled }: User): UserFields {
  return { name, displayName, role, groupIds, isDisabled, password: "" };
}

function changesOf({ name, displayName, role, groupIds, isDisabled }: UserFields) {
  return { name, displayName, role, groupIds, isDisabled };
}

function UserInputs({ form }: { readonly form: UseFormReturnType<UserFields> }) {
  const { data: groups } = useQuery(groupsQuery);
  const { data: roles } = useQuery(rolesQuery);
  const choices = groups?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <>
      <TextInput
        label={usersText.name}
        description={usersText.nameHint}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label={usersText.displayName}
        description={usersText.displayNameHint}
        autoComplete="off"
        {...form.getInputProps("displayName")}
      />
      <NativeSelect
        label={usersText.role}
        description={usersText.roleHint}
        data={roles?.items.map(({ id }) => ({ value: id, label: roleName(id, roles.items) })) ?? []}
        {...form.getInputProps("role")}
      />
      {choices.length > 0 && (
        <MultiSelect
          label={usersText.groups}
          data={choices}
          searchable
          {...(form.values.groupIds.length === 0 && { placeholder: usersText.groupsPlaceholder })}
          {...form.getInputProps("groupIds")}
        />
      )}
    </>
  );
}
