/** Handlers of the zone routes. */
import type { Handlers } from "../handler.ts";
import { zoneReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type ZoneRoutes = "listZones" | "getZone" | "createZone" | "updateZone" | "deleteZone";

export function zoneHandlers({ zones }: Services): Pick<Handlers, ZoneRoutes> {
  return {
    listZones: async () => ({ items: (await zones.list()).map(zoneReply) }),
    getZone: async ({ params }) => zoneReply(await zones.find(params.id)),
    createZone: async ({ body, caller, client }) =>
      zoneReply(await zones.create(body, actorOf(caller, client))),
    updateZone: async ({ params, body, caller, client }) =>
      zoneReply(
        await zones.update(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    deleteZone: async ({ params, caller, client }) => {
      await zones.remove(params.id, actorOf(caller, client), client.ifVersion);
      return undefined;
    },
  };
}
