/** Adding a role, and changing one: a name, and a box per permission. */

import { type Permission, ROUTES, type Role } from "@deskgate/contract";
import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useMay } from "../../api/permissions.ts";
import { type RoleFields, readRole, rolesQuery, useCreateRole, useUpdateRole } from "../../api/users.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { rolesText } from "../../text/roles.ts";
import { roleName } from "../users/role-name.ts";
import { PERMISSION_GROUPS, permissionsIn } from "./permission-groups.ts";

type RoleForm = UseFormReturnType<RoleFields>;

export function AddRoleDialog({ onClose }: { readonly onClose: () => void }) {
  const createRole = useCreateRole();
  const form = useRoleForm({ name: "", permissions: [] });
  const submit = form.onSubmit((fields) =>
    createRole.mutate(fields, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(problemsOfRefusal(error)),
    }),
  );
  return (
    <DialogForm
      title={rolesText.addTitle}
      size="lg"
      form={form}
      submit={submit}
      change={createRole}
      label={rolesText.add}
      onClose={onClose}
    >
      <NameInput form={form} />
      <StartFrom onChoose={(permissions) => form.setFieldValue("permissions", permissions)} />
      <PermissionBoxes {...form.getInputProps("permissions")} />
    </DialogForm>
  );
}

export function EditRoleDialog({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const updateRole = useUpdateRole();
  const form = useRoleForm(formOf(role));
  const { submit, collision } = useEditing({
    ...{ thing: role, read: readRole, form, formOf, change: updateRole },
    send: (fields, ifVersion) =>
      updateRole.mutate(
        { id: role.id, fields, ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={rolesText.editTitle(role.name)}
      size="lg"
      form={form}
      submit={submit}
      change={updateRole}
      collision={collision}
      onClose={onClose}
    >
      <NameInput form={form} />
      <PermissionBoxes {...form.getInputProps("permissions")} />
    </DialogForm>
  );
}

function useRoleForm(initialValues: RoleFields): RoleForm {
  return useForm<RoleFields>({
    initialValues,
    validate: (fields) => problemsBySchema(ROUTES.createRole.body, fields),
  });
}

function formOf({ name, permissions }: Role): RoleFields {
  return { name, permissions };
}

function NameInput({ form }: { readonly form: RoleForm }) {
  return (
    <TextInput label={rolesText.name} data-autofocus autoComplete="off" {...form.getInputProps("name")} />
  );
}

/** Few roles are made from nothing: most are one of ours, a little changed. */
function StartFrom({ onChoose }: { readonly onChoose: (permissions: Permission[]) => void }) {
  const { data } = useQuery(rolesQuery);
  const may = useMay();
  const roles = data?.items ?? [];
  return (
    <NativeSelect
      label={rolesText.startFrom}
      data={[
        { value: "", label: rolesText.startFromNothing },
        ...roles.map(({ id }) => ({ value: id, label: roleName(id, roles) })),
      ]}
      onChange={({ currentTarget: { value } }) =>
        onChoose(roles.find(({ id }) => id === value)?.permissions.filter(may) ?? [])
      }
    />
  );
}

interface PermissionBoxesProps {
  readonly value?: readonly Permission[];
  readonly onChange?: (permissions: string[]) => void;
  readonly error?: string;
}

function PermissionBoxes({ value = [], onChange, error }: PermissionBoxesProps) {
  const may = useMay();
  return (
    <Checkbox.Group
      label={rolesText.permissions}
      value={[...value]}
      {...(onChange && { onChange })}
      error={error}
    >
      <div className="dg-permissions">
        {PERMISSION_GROUPS.map((group) => (
          <fieldset key={group} className="dg-permission-group">
            <legend>{rolesText.groups[group]}</legend>
            {permissionsIn(group).map((permission) => (
              <Checkbox
                key={permission}
                value={permission}
                // What is there already may always be taken away.
                disabled={!may(permission) && !value.includes(permission)}
                label={rolesText.permissionSentences[permission]}
                description={
                  <>
                    <span className="dg-mono">{permission}</span>
                    {!may(permission) && ` · ${rolesText.notYours}`}
                  </>
                }
                size="xs"
              />
            ))}
          </fieldset>
        ))}
      </div>
    </Checkbox.Group>
  );
}
