/** Adding a role, and changing one: a name, and a box per permission. */

import { type Permission, ROUTES, type Role } from "@deskgate/contract";
import { Checkbox, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useMay } from "../../api/permissions.ts";
import { type RoleFields, rolesQuery, useCreateRole, useUpdateRole } from "../../api/users.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FormActions } from "../../parts/form-actions.tsx";
import { rolesText } from "../../text/roles.ts";
import { roleName } from "../users/role-name.ts";
import { PERMISSION_GROUPS, permissionsIn } from "./permission-groups.ts";

interface Answers {
  readonly onSuccess: () => void;
  readonly onError: (error: unknown) => void;
}

interface RoleFormProps {
  readonly title: string;
  readonly initial: RoleFields;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onSend: (fields: RoleFields, answers: Answers) => void;
  readonly onClose: () => void;
  readonly isNew?: boolean;
}

export function AddRoleDialog({ onClose }: { readonly onClose: () => void }) {
  const createRole = useCreateRole();
  return (
    <RoleForm
      title={rolesText.addTitle}
      initial={{ name: "", permissions: [] }}
      change={createRole}
      onSend={(fields, answers) => createRole.mutate(fields, answers)}
      onClose={onClose}
      isNew
    />
  );
}

export function EditRoleDialog({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const updateRole = useUpdateRole();
  const { id, name, permissions } = role;
  return (
    <RoleForm
      title={rolesText.editTitle(name)}
      initial={{ name, permissions }}
      change={updateRole}
      onSend={(fields, answers) => updateRole.mutate({ id, fields }, answers)}
      onClose={onClose}
    />
  );
}

function RoleForm({ title, initial, change, onSend, onClose, isNew = false }: RoleFormProps) {
  const form = useForm<RoleFields>({
    initialValues: initial,
    validate: (fields) => problemsBySchema(ROUTES.createRole.body, fields),
  });
  const answers = {
    onSuccess: onClose,
    onError: (error: unknown) => form.setErrors(problemsOfRefusal(error)),
  };
  return (
    <Dialog onClose={onClose} size="lg" title={title}>
      <form onSubmit={form.onSubmit((fields) => onSend(fields, answers))} noValidate>
        <Stack gap="sm">
          <TextInput
            label={rolesText.name}
            data-autofocus
            autoComplete="off"
            {...form.getInputProps("name")}
          />
          {isNew && <StartFrom onChoose={(permissions) => form.setFieldValue("permissions", permissions)} />}
          <PermissionBoxes {...form.getInputProps("permissions")} />
          <FormActions
            change={change}
            isShownAtField={Object.keys(form.errors).length > 0}
            onCancel={onClose}
            {...(isNew && { label: rolesText.add })}
          />
        </Stack>
      </form>
    </Dialog>
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
