/** Handlers of the machine and entitlement routes. */
import type { Machine } from "../../domain/machine.ts";
import type { Handlers } from "../handler.ts";
import { pageReply, pageRequestOf } from "../paging.ts";
import { entitlementReply, machineReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";

type MachineRoutes =
  | "listMachines"
  | "getMachine"
  | "createMachine"
  | "updateMachine"
  | "deleteMachine"
  | "probeMachine"
  | "wakeMachine"
  | "acceptIdentity"
  | "listEntitlements"
  | "getEntitlement"
  | "createEntitlement"
  | "updateEntitlement"
  | "deleteEntitlement";

export function machineHandlers(services: Services): Pick<Handlers, MachineRoutes> {
  const { machines, identities, entitlements, health, waking } = services;
  const reply = (machine: Machine) => machineReply(machine, health.checkedAt(machine.id));
  return {
    listMachines: async ({ query }) =>
      pageReply(query, await machines.list(pageRequestOf(query), query), reply),
    getMachine: async ({ params }) => reply(await machines.find(params.id)),
    createMachine: async ({ body, caller, client }) =>
      reply(await machines.create(body, actorOf(caller, client))),
    updateMachine: async ({ params, body, caller, client }) =>
      reply(
        await machines.update(params.id, { ...body, ifVersion: client.ifVersion }, actorOf(caller, client)),
      ),
    deleteMachine: async ({ params, caller, client }) => {
      await machines.remove(params.id, actorOf(caller, client), client.ifVersion);
      return undefined;
    },
    probeMachine: async ({ params }) => {
      const { isReachable, tookMs, detail, reason } = await machines.probe(params.id);
      return { isReachable, tookMs, detail, ...(reason ? { reason } : {}) };
    },
    wakeMachine: async ({ params, caller, client }) => {
      const { state, gateways } = await waking.wake(params.id, actorOf(caller, client));
      return { state, gateways: [...gateways] };
    },
    acceptIdentity: async ({ params, caller, client }) => {
      await identities.accept(params.id, params.identityId, actorOf(caller, client));
      return reply(await machines.find(params.id));
    },
    listEntitlements: async ({ query }) =>
      pageReply(query, await entitlements.list(pageRequestOf(query), query), entitlementReply),
    getEntitlement: async ({ params }) => entitlementReply(await entitlements.find(params.id)),
    createEntitlement: async ({ body, caller, client }) =>
      entitlementReply(await entitlements.create(body, actorOf(caller, client))),
    updateEntitlement: async ({ params, body, caller, client }) =>
      entitlementReply(
        await entitlements.update(
          params.id,
          { ...body, ifVersion: client.ifVersion },
          actorOf(caller, client),
        ),
      ),
    deleteEntitlement: async ({ params, caller, client }) => {
      await entitlements.remove(params.id, actorOf(caller, client), client.ifVersion);
      return undefined;
    },
  };
}
