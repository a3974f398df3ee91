/** Groups: users who are entitled together. A group may have groups inside, whose users then belong to it too. */
import { z } from "zod";
import { displayNameSchema, idParamsSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import type { Route } from "./route.ts";

export const groupSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    memberIds: z.array(idSchema),
    /** Groups directly inside. */
    memberGroupIds: z.array(idSchema),
    createdAt: timestampSchema,
  })
  .meta({ id: "Group" });
export type Group = z.infer<typeof groupSchema>;

const effectiveMemberSchema = z.object({ id: idSchema, name: z.string(), displayName: z.string() });

const groupFieldsSchema = z.strictObject({
  name: displayNameSchema,
  memberIds: z.array(idSchema).max(10_000).default([]),
  memberGroupIds: z.array(idSchema).max(1_000).default([]),
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
    summary: "Rename a group, or set who and which groups are inside",
    params: idParamsSchema,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      memberIds: z.array(idSchema).max(10_000).optional(),
      memberGroupIds: z.array(idSchema).max(1_000).optional(),
    }),
    reply: groupSchema,
    refusals: ["name_taken", "group_cycle"],
  },
  deleteGroup: {
    method: "DELETE",
    path: "/groups/:id",
    access: "groups.write",
    tag: "Users",
    summary: "Remove a group and what it was entitled to",
    params: idParamsSchema,
  },
  listEffectiveMembers: {
    method: "GET",
    path: "/groups/:id/effective-members",
    access: "groups.read",
    tag: "Users",
    summary: "Everyone who belongs to a group, directly or by a group inside it",
    params: idParamsSchema,
    reply: listOf(effectiveMemberSchema),
  },
} as const satisfies Record<string, Route>;
