/** Handlers of the machine and entitlement routes. */
import { actorOf } from "../actor-of.ts";
import type { Handlers } from "../handler.ts";
import { auditReply, entitlementReply, machineReply } from "../replies.ts";
import type { Services } from "../services.ts";

type MachineRoutes =
  | "listMachines"
  | "createMachine"
  | "updateMachine"
  | "deleteMachine"
  | "probeMachine"
  | "acceptIdentity"
  | "listAudit"
  | "listEntitlements"
  | "createEntitlement"
  | "deleteEntitlement";

export function machineHandlers(services: Services): Pick<Handlers, MachineRoutes> {
  const { machines, identities, entitlements, audit } = services;
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
    acceptIdentity: async ({ params, caller, client }) => {
      await identities.accept(params.id, params.identityId, actorOf(caller, client));
      return machineReply(await machines.find(params.id));
    },
    listAudit: async ({ query }) => ({ items: (await audit.list(query.limit)).map(auditReply) }),
    listEntitlements: async () => ({ items: (await entitlements.list()).map(entitlementReply) }),
    createEntitlement: async ({ body, caller }) =>
      entitlementReply(await entitlements.create(body, caller.userId)),
    deleteEntitlement: async ({ params, caller }) => {
      await entitlements.remove(params.id, caller.userId);
      return undefined;
    },
  };
}
