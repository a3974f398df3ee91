/** Gateways that have joined, and the one-time codes by which others may. */
import { z } from "zod";
import { displayNameSchema, idSchema, listOf, timestampSchema } from "./common.ts";
import type { Route } from "./route.ts";

export const gatewaySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    /** The zone's name; empty: of no zone, it reaches machines everywhere. */
    zone: z.string(),
    zoneId: idSchema.nullable(),
    /** `built-in`: in the broker's own program. `separate`: a process of its own, with a key of its own. */
    kind: z.enum(["built-in", "separate"]),
    /** `connected`: takes connections. `silent`: its link is open but says nothing. `away`: no link; it tries again by itself. */
    state: z.enum(["connected", "silent", "away"]),
    openConnections: z.int().min(0),
    version: z.string(),
    connectedSince: timestampSchema.nullable(),
    lastSeenAt: timestampSchema.nullable(),
    addedAt: timestampSchema,
  })
  .meta({ id: "Gateway" });
export type Gateway = z.infer<typeof gatewaySchema>;

const gatewayParamsSchema = z.object({ id: z.string().min(1).max(100) });

export const gatewayRoutes = {
  listGateways: {
    method: "GET",
    path: "/gateways",
    access: "gateways.read",
    tag: "Gateways",
    summary: "All gateways, and whether each is there",
    reply: listOf(gatewaySchema),
  },
  renameGateway: {
    method: "PATCH",
    path: "/gateways/:id",
    access: "gateways.write",
    tag: "Gateways",
    summary: "Rename a gateway, or put it into a zone",
    params: gatewayParamsSchema,
    body: z.strictObject({ name: displayNameSchema.optional(), zoneId: idSchema.nullable().optional() }),
    reply: gatewaySchema,
    refusals: ["name_taken"],
  },
  removeGateway: {
    method: "DELETE",
    path: "/gateways/:id",
    access: "gateways.write",
    tag: "Gateways",
    summary: "Remove a gateway: its link is closed and its connections end",
    params: gatewayParamsSchema,
    refusals: ["gateway_built_in"],
  },
  createGatewayCode: {
    method: "POST",
    path: "/gateways/codes",
    access: "gateways.write",
    tag: "Gateways",
    summary: "Make a code that registers one gateway within 15 minutes",
    body: z.strictObject({
      /** The gateway's name; without one it names itself. */
      name: displayNameSchema.optional(),
    }),
    reply: z.object({
      code: z.string(),
      expiresAt: timestampSchema,
      /** Where a gateway probably reaches the broker; null where it does not know. */
      brokerAddress: z.string().nullable(),
    }),
    status: 201,
    refusals: ["gateways_not_accepted", "name_taken"],
  },
} as const satisfies Record<string, Route>;
