/** Handlers of the machine, pool and entitlement routes. */
import { actorOf } from "../actor-of.ts";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { auditReply, entitlementReply, machineReply, poolReply } from "../replies.ts";
import type { Services } from "../services.ts";

type MachineRoutes =
  | "listMachines"
  | "getMachine"
  | "createMachine"
  | "updateMachine"
  | "deleteMachine"
  | "probeMachine"
  | "acceptIdentity"
  | "listPools"
  | "getPool"
  | "setPoolPolicy"
  | "listAudit"
  | "listEntitlements"
  | "getEntitlement"
  | "createEntitlement"
  | "deleteEntitlement";

export function machineHandlers(services: Services): Pick<Handlers, MachineRoutes> {
  const { machines, identities, entitlements, audit } = services;
  return {
    listMachines: async ({ query }) =>
      pageReply(query, await machines.list(pageRequestOf(query), query), machineReply),
    getMachine: async ({ params }) => machineReply(await machines.find(params.id)),
    createMachine: async ({ body, caller }) => machineReply(await machines.create(body, caller.userId)),
    updateMachine: async ({ params, body, caller, client: { ifVersion } }) =>
      machineReply(await machines.update(params.id, { ...body, ifVersion }, caller.userId)),
    deleteMachine: async ({ params, caller, client }) => {
      await machines.remove(params.id, caller.userId, client.ifVersion);
      return undefined;
    },
    probeMachine: async ({ params }) => {
      const { isReachable, tookMs, detail, reason } = await machines.probe(params.id);
      return { isReachable, tookMs, detail, ...(reason ? { reason } : {}) };
    },
    acceptIdentity: async ({ params, caller, client }) => {
      await identities.accept(params.id, params.identityId, actorOf(caller, client));
      return machineReply(await machines.find(params.id));
    },
    listPools: async ({ query }) =>
      pageReply(query, await machines.listPools(pageRequestOf(query), query), poolReply),
    getPool: async ({ params }) => poolReply(await machines.findPool(params.id)),
    setPoolPolicy: async ({ params, body, caller, client }) =>
      poolReply(
        await machines.setPolicy(
          params.id,
          { ...body, ifVersion: client.ifVersion },
          actorOf(caller, client),
        ),
      ),
    listAudit: async ({ query }) => ({ items: (await audit.list(query.limit)).map(auditReply) }),
    listEntitlements: async ({ query }) =>
      pageReply(query, await entitlements.list(pageRequestOf(query), query), entitlementReply),
    getEntitlement: async ({ params }) => entitlementReply(await entitlements.find(params.id)),
    createEntitlement: async ({ body, caller }) =>
      entitlementReply(await entitlements.create(body, caller.userId)),
    deleteEntitlement: async ({ params, caller, client }) => {
      await entitlements.remove(params.id, caller.userId, client.ifVersion);
      return undefined;
    },
  };
}
