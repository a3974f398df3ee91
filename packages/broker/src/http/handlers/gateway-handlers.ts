/** Handlers of the gateway routes. */
import type { Gateway as GatewayReply } from "@deskgate/contract";
import type { Actor, Caller } from "../../domain/caller.ts";
import { isBuiltIn } from "../../domain/gateway.ts";
import type { Presence } from "../../features/gateways/ports.ts";
import type { GatewayView } from "../../features/gateways/roster.ts";
import type { Client, Handlers } from "../handler.ts";
import { timeReply } from "../replies.ts";
import type { Services } from "../services.ts";

type GatewayRoutes = "listGateways" | "renameGateway" | "removeGateway" | "createGatewayCode";

export function gatewayHandlers({ roster }: Services): Pick<Handlers, GatewayRoutes> {
  return {
    listGateways: async () => ({ items: (await roster.list()).map(gatewayReply) }),
    renameGateway: async ({ params, body, caller, client }) =>
      gatewayReply(await roster.update(params.id, body, actorOf(caller, client))),
    removeGateway: async ({ params, caller, client }) => {
      await roster.remove(params.id, actorOf(caller, client));
      return undefined;
    },
    createGatewayCode: async ({ body, caller, client }) => {
      const made = await roster.createCode(body.name, actorOf(caller, client));
      const { code, expiresAt, brokerAddress = null } = made;
      return { code: code.reveal(), expiresAt: timeReply(expiresAt), brokerAddress };
    },
  };
}

export function gatewayReply({ gateway, presence }: GatewayView): GatewayReply {
  const { id, name, zone, version, addedAt } = gateway;
  const lastSeenAt = presence?.lastHeardAt ?? gateway.lastSeenAt;
  return {
    ...{ id, name, version },
    zone: zone?.name ?? "",
    zoneId: zone?.id ?? null,
    kind: isBuiltIn(gateway) ? "built-in" : "separate",
    state: stateOf(presence),
    openConnections: presence?.openConnections ?? 0,
    connectedSince: presence ? timeReply(presence.connectedSince) : null,
    lastSeenAt: lastSeenAt === undefined ? null : timeReply(lastSeenAt),
    addedAt: timeReply(addedAt),
  };
}

function stateOf(presence: Presence | undefined): GatewayReply["state"] {
  if (!presence) return "away";
  return presence.isSilent ? "silent" : "connected";
}

function actorOf({ userId, userName }: Caller, { address }: Client): Actor {
  return { userId, name: userName, address };
}
