/** Roles: what a user may do in Deskgate itself. */
import { z } from "zod";
import { BUILT_IN_ROLE_NAMES, PERMISSION_NAMES, permissionSchema } from "../permissions.ts";
import { displayNameSchema, idParamsSchema, idSchema, listOf, versionSchema } from "./common.ts";
import type { Route } from "./route.ts";

/** A user's role: the name of a built-in one, or the id of one that the site made. */
export const roleIdSchema = z.union([z.enum(BUILT_IN_ROLE_NAMES), idSchema]);
export type RoleId = z.infer<typeof roleIdSchema>;

export const roleSchema = z
  .object({
    id: roleIdSchema,
    name: z.string(),
    /** Built-in roles can be neither changed nor removed. */
    isBuiltIn: z.boolean(),
    permissions: z.array(permissionSchema),
    version: versionSchema,
  })
  .meta({ id: "Role" });
export type Role = z.infer<typeof roleSchema>;

const permissionsSchema = z
  .array(permissionSchema)
  .max(PERMISSION_NAMES.length, "Name each permission once.")
  .refine((names) => new Set(names).size === names.length, "Name each permission once.");

const roleFieldsSchema = z.strictObject({ name: displayNameSchema, permissions: permissionsSchema });

export const roleRoutes = {
  listRoles: {
    method: "GET",
    path: "/roles",
    access: "users.read",
    tag: "Roles",
    summary: "All roles, the built-in ones first",
    reply: listOf(roleSchema),
  },
  getRole: {
    method: "GET",
    path: "/roles/:id",
    access: "users.read",
    tag: "Roles",
    summary: "One role",
    params: z.object({ id: roleIdSchema }),
    reply: roleSchema,
  },
  createRole: {
    method: "POST",
    path: "/roles",
    access: "roles.write",
    tag: "Roles",
    summary: "Add a role, out of permissions that the caller has",
    body: roleFieldsSchema,
    reply: roleSchema,
    status: 201,
    refusals: ["name_taken", "not_yours_to_grant"],
  },
  updateRole: {
    method: "PATCH",
    path: "/roles/:id",
    access: "roles.write",
    tag: "Roles",
    summary: "Change a role; counts for its users' next request",
    params: idParamsSchema,
    body: roleFieldsSchema.partial(),
    reply: roleSchema,
    refusals: ["name_taken", "not_yours_to_grant", "version_stale"],
  },
  deleteRole: {
    method: "DELETE",
    path: "/roles/:id",
    access: "roles.write",
    tag: "Roles",
    summary: "Remove a role that nobody has",
    params: idParamsSchema,
    refusals: ["still_in_use", "not_yours_to_grant", "version_stale"],
  },
} as const satisfies Record<string, Route>;
