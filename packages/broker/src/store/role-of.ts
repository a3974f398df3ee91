/** A user's role as two columns hold it, and back: the one place that knows both. */
import { isBuiltInRole, type Permission } from "@deskgate/contract";
import { findBuiltInRole, type Role } from "../domain/role.ts";
import type { Queries } from "./database.ts";

export interface RoleColumns {
  readonly role: "administrator" | "user";
  readonly roleId: string | null;
}

export function roleOf({ role, roleId }: RoleColumns): string {
  return roleId ?? role;
}

export function roleColumns(roleId: string): RoleColumns {
  if (roleId === "administrator" || roleId === "user") return { role: roleId, roleId: null };
  return { role: "user", roleId };
}

/** The role by that id, built in or made by the site. */
export async function findRole(db: Queries, roleId: string): Promise<Role | undefined> {
  if (isBuiltInRole(roleId)) return findBuiltInRole(roleId);
  const row = await db.selectFrom("roles").selectAll().where("id", "=", roleId).executeTakeFirst();
  return row && customRoleOf(row);
}

/** INVARIANT: a role that is gone permits nothing. */
export async function readPermissions(db: Queries, columns: RoleColumns): Promise<readonly Permission[]> {
  return (await findRole(db, roleOf(columns)))?.permissions ?? [];
}

export function customRoleOf({ id, name, permissions, version }: RoleRow): Role {
  // Written by the roles' store alone, from permissions that the contract knew.
  return { id, name, isBuiltIn: false, permissions: JSON.parse(permissions) as Permission[], version };
}

interface RoleRow {
  readonly id: string;
  readonly name: string;
  readonly permissions: string;
  readonly version: number;
}
