/** Handlers of the pool routes. */
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { poolAssignmentReply, poolReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type PoolRoutes =
  | "listPools"
  | "getPool"
  | "createPool"
  | "updatePool"
  | "deletePool"
  | "setPoolMachines"
  | "setPoolPolicy"
  | "getPoolOccupancy"
  | "listPoolAssignments"
  | "removePoolAssignment";

export function poolHandlers({ pools }: Services): Pick<Handlers, PoolRoutes> {
  return {
    listPools: async ({ query }) =>
      pageReply(query, await pools.list(pageRequestOf(query), query), poolReply),
    getPool: async ({ params }) => poolReply(await pools.find(params.id)),
    createPool: async ({ body, caller, client }) =>
      poolReply(await pools.create(body, actorOf(caller, client))),
    updatePool: async ({ params, body, caller, client }) =>
      poolReply(
        await pools.update(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    deletePool: async ({ params, caller, client }) => {
      await pools.remove(params.id, actorOf(caller, client), client.ifVersion);
      return undefined;
    },
    setPoolMachines: async ({ params, body, caller, client }) =>
      poolReply(
        await pools.setMachines(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    setPoolPolicy: async ({ params, body, caller, client }) =>
      poolReply(
        await pools.setPolicy(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    getPoolOccupancy: async ({ params }) => pools.readOccupancy(params.id),
    listPoolAssignments: async ({ params }) => ({
      items: (await pools.listAssignments(params.id)).map(poolAssignmentReply),
    }),
    removePoolAssignment: async ({ params, caller, client }) => {
      const { userId } = params;
      const { ifVersion } = client;
      await pools.removeAssignment(params.id, { userId, ifVersion }, actorOf(caller, client));
      return undefined;
    },
  };
}
