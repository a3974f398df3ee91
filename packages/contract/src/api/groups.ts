/** Groups: users who are entitled together. */
import { z } from "zod";
import { displayNameSchema, idParamsSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import type { Route } from "./route.ts";

export const groupSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    memberIds: z.array(idSchema),
    createdAt: timestampSchema,
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof groupSchema>;

const groupFieldsSchema = z.strictObject({
  name: displayNameSchema,
  memberIds: z.array(idSchema).max(10_000).default([]),
});

export const groupRoutes = {
  listGroups: {
    method: "GET",
    path: "/groups",
    access: "groups.read",
    tag: "Users",
    summary: "All groups",
    reply: listOf(groupSchema),
  },
  createGroup: {
    method: "POST",
    path: "/groups",
    access: "groups.write",
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
    access: "groups.write",
    tag: "Users",
    summary: "Rename a group or set its members",
    params: idParamsSchema,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      memberIds: z.array(idSchema).max(10_000).optional(),
    }),
    reply: groupSchema,
    refusals: ["name_taken"],
  },
  deleteGroup: {
    method: "DELETE",
    path: "/groups/:id",
    access: "groups.write",
    tag: "Users",
    summary: "Remove a group and what it was entitled to",
    params: idParamsSchema,
  },
} as const satisfies Record<string, Route>;
