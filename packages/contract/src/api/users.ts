/** Users and groups, as administrators see them. */
import { z } from "zod";
import { displayNameSchema, idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { claimFilterSchema, listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

export const ROLES = ["administrator", "user"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

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
    role: roleSchema,
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
  role: roleSchema.default("user"),
  /** Absent: the person signs in by a link and sets one. */
  password: passwordSchema.optional(),
  groupIds: z.array(idSchema).max(1000).default([]),
});

export const groupSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    memberIds: z.array(idSchema),
    createdAt: timestampSchema,
    version: versionSchema,
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof groupSchema>;

const groupFieldsSchema = z.strictObject({
  name: displayNameSchema,
  memberIds: z.array(idSchema).max(10_000).default([]),
});

export const userRoutes = {
  listUsers: {
    method: "GET",
    path: "/users",
    access: "administrator",
    tag: "Users",
    summary: "Users, a page at a time",
    query: listQuery({
      sorts: ["name", "displayName", "role", "createdAt", "lastSignInAt"],
      filters: {
        role: roleSchema.optional(),
        isDisabled: claimFilterSchema.optional(),
        groupId: idSchema.optional(),
      },
    }),
    reply: pageOf(userSchema),
    refusals: ["cursor_invalid"],
  },
  getUser: {
    method: "GET",
    path: "/users/:id",
    access: "administrator",
    tag: "Users",
    summary: "One user",
    params: idParamsSchema,
    reply: userSchema,
  },
  createUser: {
    method: "POST",
    path: "/users",
    access: "administrator",
    tag: "Users",
    summary: "Add a user",
    body: userFieldsSchema,
    reply: userSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updateUser: {
    method: "PATCH",
    path: "/users/:id",
    access: "administrator",
    tag: "Users",
    summary: "Change a user; disabling one ends their sign-ins and sessions at once",
    params: idParamsSchema,
    body: z.strictObject({
      name: userNameSchema.optional(),
      displayName: displayNameSchema.optional(),
      role: roleSchema.optional(),
      isDisabled: z.boolean().optional(),
      password: passwordSchema.optional(),
      groupIds: z.array(idSchema).max(1000).optional(),
    }),
    reply: userSchema,
    refusals: ["name_taken", "last_administrator", "version_stale"],
  },
  deleteUser: {
    method: "DELETE",
    path: "/users/:id",
    access: "administrator",
    tag: "Users",
    summary: "Remove a user, with their sign-ins, sessions and entitlements",
    params: idParamsSchema,
    refusals: ["last_administrator", "version_stale"],
  },
  createSignInLink: {
    method: "POST",
    path: "/users/:id/sign-in-links",
    access: "administrator",
    tag: "Users",
    summary: "Make a one-time sign-in link to hand to a user",
    params: idParamsSchema,
    reply: z.object({
      /** Path and fragment; put the site's address in front. The fragment never reaches a server's log. */
      path: z.string(),
      expiresAt: timestampSchema,
    }),
    status: 201,
  },
  listGroups: {
    method: "GET",
    path: "/groups",
    access: "administrator",
    tag: "Users",
    summary: "Groups, a page at a time",
    query: listQuery({ sorts: ["name", "createdAt"], filters: { memberId: idSchema.optional() } }),
    reply: pageOf(groupSchema),
    refusals: ["cursor_invalid"],
  },
  getGroup: {
    method: "GET",
    path: "/groups/:id",
    access: "administrator",
    tag: "Users",
    summary: "One group",
    params: idParamsSchema,
    reply: groupSchema,
  },
  createGroup: {
    method: "POST",
    path: "/groups",
    access: "administrator",
    tag: "Users",
    summary: "Add a group",
    body: groupFieldsSchema,
    reply: groupSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updateGroup: {
    method: "PATCH",
    path: "/groups/:id",
    access: "administrator",
    tag: "Users",
    summary: "Rename a group or set its members",
    params: idParamsSchema,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      memberIds: z.array(idSchema).max(10_000).optional(),
    }),
    reply: groupSchema,
    refusals: ["name_taken", "version_stale"],
  },
  deleteGroup: {
    method: "DELETE",
    path: "/groups/:id",
    access: "administrator",
    tag: "Users",
    summary: "Remove a group and what it was entitled to",
    params: idParamsSchema,
    refusals: ["version_stale"],
  },
} as const satisfies Record<string, Route>;
