/** Handlers of the machine, pool and entitlement routes. */
import type { Machine } from "../../domain/machine.ts";
import type { Handlers } from "../handler.ts";
import { entitlementReply, machineReply, poolReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type MachineRoutes =
  | "listMachines"
  | "createMachine"
  | "updateMachine"
  | "deleteMachine"
  | "probeMachine"
  | "acceptIdentity"
  | "listPools"
  | "setPoolPolicy"
  | "listEntitlements"
  | "createEntitlement"
  | "updateEntitlement"
  | "deleteEntitlement";

export function machineHandlers(services: Services): Pick<Handlers, MachineRoutes> {
  const { machines, identities, entitlements, health } = services;
  const reply = (machine: Machine) => machineReply(machine, health.checkedAt(machine.id));
  return {
    listMachines: async () => ({ items: (await machines.list()).map(reply) }),
    createMachine: async ({ body, caller, client }) =>
      reply(await machines.create(body, actorOf(caller, client))),
    updateMachine: async ({ params, body, caller, client }) =>
      reply(await machines.update(params.id, body, actorOf(caller, client))),
    deleteMachine: async ({ params, caller, client }) => {
      await machines.remove(params.id, actorOf(caller, client));
      return undefined;
    },
    probeMachine: async ({ params }) => {
      const { isReachable, tookMs, detail, reason } = await machines.probe(params.id);
      return { isReachable, tookMs, detail, ...(reason ? { reason } : {}) };
    },
    acceptIdentity: async ({ params, caller, client }) => {
      await identities.accept(params.id, params.identityId, actorOf(caller, client));
      return reply(await machines.find(params.id));
    },
    listPools: async () => ({ items: (await machines.listPools()).map(poolReply) }),
    setPoolPolicy: async ({ params, body, caller, client }) =>
      poolReply(await machines.setPolicy(params.id, body, actorOf(caller, client))),
    listEntitlements: async () => ({ items: (await entitlements.list()).map(entitlementReply) }),
    createEntitlement: async ({ body, caller, client }) =>
      entitlementReply(await entitlements.create(body, actorOf(caller, client))),
    updateEntitlement: async ({ params, body, caller, client }) =>
      entitlementReply(await entitlements.update(params.id, body, actorOf(caller, client))),
    deleteEntitlement: async ({ params, caller, client }) => {
      await entitlements.remove(params.id, actorOf(caller, client));
      return undefined;
    },
  };
}
