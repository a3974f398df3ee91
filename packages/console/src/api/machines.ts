/** Machines, pools and who may use them, for administrators. */
import { type Entitlement, type Machine, type Pool, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { call } from "./call.ts";
import { type ListSource, wholeList } from "./list.ts";
import { asSeen, type Conditional, type Seen, useChange } from "./use-change.ts";

export type MachineFields = RouteBodyInput<typeof ROUTES.createMachine>;
export type MachineChanges = RouteBodyInput<typeof ROUTES.updateMachine>;

/** Exactly one of the two is named. */
export type Entitled = { readonly userId: string } | { readonly groupId: string };

export const machinesList: ListSource<Machine> = {
  key: ["machines"],
  route: ROUTES.listMachines,
  local: {
    textsOf: ({ name, description, host }) => [name, description, host],
    sorts: { name: ({ name }) => name, host: ({ host }) => host },
    filters: {
      protocol: ({ protocols }, value) => protocols.some(({ protocol }) => protocol === value),
      state: ({ health }, value) => health.state === value,
      tag: ({ tags }, value) => tags.includes(value),
      zone: ({ zoneId }, value) => zoneId === value,
    },
  },
};

export const poolsList: ListSource<Pool> = {
  key: ["pools"],
  route: ROUTES.listPools,
  local: {
    textsOf: ({ name }) => [name],
    sorts: { name: ({ name }) => name },
    filters: { kind: ({ kind }, value) => kind === value },
  },
};

/** Who may use one pool. */
export function entitlementsQuery(poolId: string) {
  return wholeList<Entitlement>({
    key: ["entitlements"],
    route: ROUTES.listEntitlements,
    fixed: { poolId },
    local: { textsOf: () => [], filters: {} },
  });
}

const STOCK = [["machines"], ["pools"], ["entitlements"], ["desktops"], ["sessions"]] as const;

export function useCreateMachine() {
  return useChange((fields: MachineFields) => call(ROUTES.createMachine, { body: fields }), ...STOCK);
}

export function useUpdateMachine() {
  return useChange(
    ({ id, changes, ...parts }: Conditional<{ id: string; changes: MachineChanges }>) =>
      call(ROUTES.updateMachine, { params: { id }, body: changes, ...parts }),
    ...STOCK,
  );
}

export function readMachine(id: string) {
  return call(ROUTES.getMachine, { params: { id } });
}

export function useDeleteMachine() {
  return useChange((machine: Seen) => call(ROUTES.deleteMachine, asSeen(machine)), ...STOCK);
}

export function useAcceptIdentity() {
  return useChange(
    ({ id, identityId }: { id: string; identityId: string }) =>
      call(ROUTES.acceptIdentity, { params: { id, identityId } }),
    ["machines"],
  );
}

export function useProbeMachine() {
  return useChange((id: string) => call(ROUTES.probeMachine, { params: { id } }));
}

export function useWakeMachine() {
  return useChange((id: string) => call(ROUTES.wakeMachine, { params: { id } }));
}

export function useCreateEntitlement() {
  return useChange(
    (body: { readonly poolId: string } & Entitled & Terms) => call(ROUTES.createEntitlement, { body }),
    ["entitlements"],
    ["desktops"],
  );
}

export function readEntitlement(id: string) {
  return call(ROUTES.getEntitlement, { params: { id } });
}

export type Terms = RouteBodyInput<typeof ROUTES.updateEntitlement>;

export function useUpdateEntitlement() {
  return useChange(
    ({ id, terms, ...parts }: Conditional<{ id: string; terms: Terms }>) =>
      call(ROUTES.updateEntitlement, { params: { id }, body: terms, ...parts }),
    ["entitlements"],
    ["desktops"],
    ["explain"],
  );
}

export function useDeleteEntitlement() {
  return useChange(
    (entitlement: Seen) => call(ROUTES.deleteEntitlement, asSeen(entitlement)),
    ["entitlements"],
    ["desktops"],
    ["sessions"],
  );
}
