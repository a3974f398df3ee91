/** All roles side by side: one column each, one row per permission, so that differences are seen. */
import type { Role } from "@deskgate/contract";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { TbCheck, TbPencil, TbPlus, TbTrash } from "react-icons/tb";
import { useMay } from "../../api/permissions.ts";
import { rolesQuery, useDeleteRole } from "../../api/users.ts";
import { ConfirmDialog } from "../../parts/confirm-dialog.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { RowMenu } from "../../parts/row-menu.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { rolesText } from "../../text/roles.ts";
import { shellText } from "../../text/shell.ts";
import { roleName } from "../users/role-name.ts";
import { PERMISSION_GROUPS, permissionsIn } from "./permission-groups.ts";
import { AddRoleDialog, EditRoleDialog } from "./role-form.tsx";
import "./roles.css";

type RoleTask = { readonly at: "add" } | { readonly at: "edit" | "delete"; readonly role: Role };

export function RolesPage() {
  useTitle(rolesText.title);
  const [task, setTask] = useState<RoleTask>();
  const roles = useQuery(rolesQuery);
  const mayChange = useMay()("roles.write");
  const close = () => setTask(undefined);
  return (
    <>
      <PageHeader title={rolesText.title} lead={rolesText.lead}>
        {mayChange && (
          <Button
            leftSection={<TbPlus size={17} />}
            onClick={() => setTask({ at: "add" })}
            data-testid="add-role"
          >
            {rolesText.add}
          </Button>
        )}
      </PageHeader>
      <Loaded query={roles}>
        {({ items }) => <Matrix roles={items} onTask={mayChange ? setTask : undefined} />}
      </Loaded>
      {task?.at === "add" && <AddRoleDialog onClose={close} />}
      {task?.at === "edit" && <EditRoleDialog role={task.role} onClose={close} />}
      {task?.at === "delete" && <DeleteRoleDialog role={task.role} onClose={close} />}
    </>
  );
}

interface MatrixProps {
  readonly roles: readonly Role[];
  readonly onTask: ((task: RoleTask) => void) | undefined;
}

function Matrix({ roles, onTask }: MatrixProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard.
    <section className="dg-card dg-matrix" aria-label={rolesText.title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{rolesText.permission}</th>
            {roles.map((role) => (
              <th key={role.id} scope="col">
                <RoleHead role={role} roles={roles} onTask={onTask} />
              </th>
            ))}
          </tr>
        </thead>
        {PERMISSION_GROUPS.map((group) => (
          <tbody key={group}>
            <tr className="dg-matrix-group">
              <th scope="rowgroup" colSpan={roles.length + 1}>
                {rolesText.groups[group]}
              </th>
            </tr>
            {permissionsIn(group).map((permission) => (
              <tr key={permission}>
                <th scope="row">
                  <span className="dg-matrix-sentence">{rolesText.permissionSentences[permission]}</span>
                  <span className="dg-mono dg-soft">{permission}</span>
                </th>
                {roles.map(({ id, permissions }) => (
                  <td key={id}>
                    {permissions.includes(permission) ? (
                      <>
                        <TbCheck size={17} strokeWidth={2.2} aria-hidden="true" />
                        <span className="dg-visually-hidden">{rolesText.allowed}</span>
                      </>
                    ) : (
                      <span className="dg-visually-hidden">{rolesText.notAllowed}</span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function RoleHead({ role, roles, onTask }: MatrixProps & { readonly role: Role }) {
  const icon = { size: 16, strokeWidth: 1.7 };
  const name = roleName(role.id, roles);
  return (
    <div className="dg-role-head">
      <Link to="/users" search={{ role: role.id } as never}>
        {name}
      </Link>
      {role.isBuiltIn ? (
        <span className="dg-cell-sub">{rolesText.builtIn}</span>
      ) : (
        onTask && (
          <RowMenu
            name={name}
            actions={[
              {
                label: shellText.edit,
                icon: <TbPencil {...icon} />,
                onClick: () => onTask({ at: "edit", role }),
              },
              {
                label: shellText.delete,
                icon: <TbTrash {...icon} />,
                isDangerous: true,
                onClick: () => onTask({ at: "delete", role }),
              },
            ]}
          />
        )
      )}
    </div>
  );
}

function DeleteRoleDialog({ role, onClose }: { readonly role: Role; readonly onClose: () => void }) {
  const deleteRole = useDeleteRole();
  return (
    <ConfirmDialog
      title={rolesText.deleteTitle(role.name)}
      hint={rolesText.deleteHint}
      action={rolesText.deleteRole}
      change={deleteRole}
      onConfirm={() => deleteRole.mutate(role, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
