/** Groups: users who are entitled together. A group may have groups inside, whose users then belong to it too. */
import { z } from "zod";
import { displayNameSchema, idParamsSchema, idSchema, timestampSchema, versionSchema } from "./common.ts";
import { listQuery, pageOf } from "./lists.ts";
import type { Route } from "./route.ts";

export const groupSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    memberIds: z.array(idSchema),
    /** Groups directly inside. */
    memberGroupIds: z.array(idSchema),
    createdAt: timestampSchema,
    version: versionSchema,
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
    summary: "Groups, a page at a time",
    query: listQuery({ sorts: ["name", "createdAt"], filters: { memberId: idSchema.optional() } }),
    reply: pageOf(groupSchema),
    refusals: ["cursor_invalid"],
  },
  getGroup: {
    method: "GET",
    path: "/groups/:id",
    access: "groups.read",
    tag: "Users",
    summary: "One group",
    params: idParamsSchema,
    reply: groupSchema,
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
    refusals: ["name_taken", "group_cycle", "version_stale"],
  },
  deleteGroup: {
    method: "DELETE",
    path: "/groups/:id",
    access: "groups.write",
    tag: "Users",
    summary: "Remove a group and what it was entitled to",
    params: idParamsSchema,
    refusals: ["version_stale"],
  },
  listEffectiveMembers: {
    method: "GET",
    path: "/groups/:id/effective-members",
    access: "groups.read",
    tag: "Users",
    summary: "Everyone who belongs to a group, directly or by a group inside it",
    params: idParamsSchema,
    query: listQuery({ sorts: ["name", "displayName"], filters: {} }),
    reply: pageOf(effectiveMemberSchema),
    refusals: ["cursor_invalid"],
  },
} as const satisfies Record<string, Route>;
