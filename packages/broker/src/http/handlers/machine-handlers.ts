/** Handlers of the machine, pool and entitlement routes. */
import type { Handlers } from "../handler.ts";
import { entitlementReply, machineReply } from "../replies.ts";
import type { Services } from "../services.ts";

type MachineRoutes =
  | "listMachines"
  | "createMachine"
  | "updateMachine"
  | "deleteMachine"
  | "probeMachine"
  | "listPools"
  | "listEntitlements"
  | "createEntitlement"
  | "deleteEntitlement";

export function machineHandlers({ machines, entitlements }: Services): Pick<Handlers, MachineRoutes> {
  return {
    listMachines: async () => ({ items: (await machines.list()).map(machineReply) }),
    createMachine: async ({ body, caller }) => machineReply(await machines.create(body, caller.userId)),
    updateMachine: async ({ params, body, caller }) =>
      machineReply(await machines.update(params.id, body, caller.userId)),
    deleteMachine: async ({ params, caller }) => {
      await machines.remove(params.id, caller.userId);
      return undefined;
    },
    probeMachine: async ({ params }) => {
      const { isReachable, tookMs, detail, reason } = await machines.probe(params.id);
      return { isReachable, tookMs, detail, ...(reason ? { reason } : {}) };
    },
    listPools: async () => ({
      items: (await machines.listPools()).map((pool) => ({ ...pool, machineIds: [...pool.machineIds] })),
    }),
    listEntitlements: async () => ({ items: (await entitlements.list()).map(entitlementReply) }),
    createEntitlement: async ({ body, caller }) =>
      entitlementReply(await entitlements.create(body, caller.userId)),
    deleteEntitlement: async ({ params, caller }) => {
      await entitlements.remove(params.id, caller.userId);
      return undefined;
    },
  };
}
