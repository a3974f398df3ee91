/** Zones: parts of a site that only their own gateways reach. */
import { z } from "zod";
import {
  displayNameSchema,
  idParamsSchema,
  idSchema,
  listOf,
  timestampSchema,
  versionSchema,
} from "./common.ts";
import type { Route } from "./route.ts";

export const zoneSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    description: z.string(),
    version: versionSchema,
    createdAt: timestampSchema,
  })
  .meta({ id: "Zone" });
export type Zone = z.infer<typeof zoneSchema>;

const descriptionSchema = z.string().trim().max(500, "Use at most 500 characters.");

export const zoneRoutes = {
  listZones: {
    method: "GET",
    path: "/zones",
    access: "machines.read",
    tag: "Zones",
    summary: "All zones",
    reply: listOf(zoneSchema),
  },
  getZone: {
    method: "GET",
    path: "/zones/:id",
    access: "machines.read",
    tag: "Zones",
    summary: "One zone",
    params: idParamsSchema,
    reply: zoneSchema,
  },
  createZone: {
    method: "POST",
    path: "/zones",
    access: "zones.write",
    tag: "Zones",
    summary: "Add a zone",
    body: z.strictObject({ name: displayNameSchema, description: descriptionSchema.default("") }),
    reply: zoneSchema,
    status: 201,
    refusals: ["name_taken"],
  },
  updateZone: {
    method: "PATCH",
    path: "/zones/:id",
    access: "zones.write",
    tag: "Zones",
    summary: "Rename or describe a zone",
    params: idParamsSchema,
    body: z.strictObject({
      name: displayNameSchema.optional(),
      description: descriptionSchema.optional(),
    }),
    reply: zoneSchema,
    refusals: ["name_taken", "version_stale"],
  },
  deleteZone: {
    method: "DELETE",
    path: "/zones/:id",
    access: "zones.write",
    tag: "Zones",
    summary: "Remove a zone that no machine is in",
    params: idParamsSchema,
    refusals: ["still_in_use", "version_stale"],
  },
} as const satisfies Record<string, Route>;
