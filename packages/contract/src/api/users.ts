/** Users: the people who can sign in. */
import { z } from "zod";
import { displayNameSchema, idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { claimFilterSchema, idsFilterSchema, listQuery, pageOf } from "./lists.ts";
import { roleIdSchema } from "./roles.ts";
import type { Route } from "./route.ts";

/** The name one signs in with: compared without regard to case. */
export const userNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(1, "Enter a name.")
  .max(100, "Use at most 100 characters.")
  .regex(/^[a-z0-9](?:[a-z0-9._@+-]*[a-z0-9])?$/, "Use letters, digits and . _ @ + - inside.");

/** NIST SP 800-63B §5.1.1: length counts, composition rules do not. */
export const passwordSchema = z
  .string()
  .min(10, "Use at least 10 characters.")
  .max(1024, "Use at most 1024 characters.");

export const userSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    displayName: z.string(),
    role: roleIdSchema,
    isDisabled: z.boolean(),
    hasPassword: z.boolean(),
    groupIds: z.array(idSchema),
    createdAt: timestampSchema,
    lastSignInAt: timestampSchema.nullable(),
    version: versionSchema,
  })
  .meta({ id: "User" });
export type User = z.infer<typeof userSchema>;

const userFieldsSchema = z.strictObject({
  name: userNameSchema,
  displayName: displayNameSchema,
  role: roleIdSchema.default("user"),
  /** Absent: the person signs in by a link and sets one. */
  password: passwordSchema.optional(),
  groupIds: z.array(idSchema).max(1000).default([]),
});

export const userRoutes = {
  listUsers: {
    method: "GET",
    path: "/users",
    access: "users.read",
    tag: "Users",
    summary: "Users, a page at a time",
    query: listQuery({
      sorts: ["name", "displayName", "role", "createdAt", "lastSignInAt"],
      filters: {
        role: roleIdSchema.optional(),
        isDisabled: claimFilterSchema.optional(),
        groupId: idSchema.optional(),
        ids: idsFilterSchema.optional(),
      },
    }),
    reply: pageOf(userSchema),
    refusals: ["cursor_invalid"],
  },
  getUser: {
    method: "GET",
    path: "/users/:id",
    access: "users.read",
    tag: "Users",
    summary: "One user",
    params: idParamsSchema,
    reply: userSchema,
  },
  createUser: {
    method: "POST",
    path: "/users",
    access: "users.write",
    tag: "Users",
    summary: "Add a user",
    body: userFieldsSchema,
    reply: userSchema,
    status: 201,
    refusals: ["name_taken", "not_yours_to_grant"],
  },
  updateUser: {
    method: "PATCH",
    path: "/users/:id",
    access: "users.write",
    tag: "Users",
    summary: "Change a user; disabling one ends their sign-ins and sessions at once",
    params: idParamsSchema,
    body: z.strictObject({
      name: userNameSchema.optional(),
      displayName: displayNameSchema.optional(),
      role: roleIdSchema.optional(),
      isDisabled: z.boolean().optional(),
      password: passwordSchema.optional(),
      groupIds: z.array(idSchema).max(1000).optional(),
    }),
    reply: userSchema,
    refusals: ["name_taken", "last_administrator", "not_yours_to_grant", "version_stale"],
  },
  deleteUser: {
    method: "DELETE",
    path: "/users/:id",
    access: "users.write",
    tag: "Users",
    summary: "Remove a user, with their sign-ins, sessions and entitlements",
    params: idParamsSchema,
    refusals: ["last_administrator", "not_yours_to_grant", "version_stale"],
  },
  createSignInLink: {
    method: "POST",
    path: "/users/:id/sign-in-links",
    access: "users.write",
    tag: "Users",
    summary: "Make a one-time sign-in link to hand to a user",
    params: idParamsSchema,
    reply: z.object({
      /** Path and fragment; put the site's address in front. The fragment never reaches a server's log. */
      path: z.string(),
      expiresAt: timestampSchema,
    }),
    status: 201,
    refusals: ["not_yours_to_grant"],
  },
} as const satisfies Record<string, Route>;
