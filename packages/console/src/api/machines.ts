/** Machines, pools and who may use them, for administrators. */
import { ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { useChange } from "./use-change.ts";

export type MachineFields = RouteBodyInput<typeof ROUTES.createMachine>;
export type MachineChanges = RouteBodyInput<typeof ROUTES.updateMachine>;

/** Exactly one of the two is named. */
export type Entitled = { readonly userId: string } | { readonly groupId: string };

export const machinesQuery = queryOptions({
  queryKey: ["machines"],
  queryFn: ({ signal }) => call(ROUTES.listMachines, { signal }),
});

export const poolsQuery = queryOptions({
  queryKey: ["pools"],
  queryFn: ({ signal }) => call(ROUTES.listPools, { signal }),
});

export const entitlementsQuery = queryOptions({
  queryKey: ["entitlements"],
  queryFn: ({ signal }) => call(ROUTES.listEntitlements, { signal }),
});

const STOCK = [
  machinesQuery.queryKey,
  poolsQuery.queryKey,
  entitlementsQuery.queryKey,
  ["desktops"],
  ["sessions"],
] as const;

export function useCreateMachine() {
  return useChange((fields: MachineFields) => call(ROUTES.createMachine, { body: fields }), ...STOCK);
}

export function useUpdateMachine() {
  return useChange(
    ({ id, changes }: { id: string; changes: MachineChanges }) =>
      call(ROUTES.updateMachine, { params: { id }, body: changes }),
    ...STOCK,
  );
}

export function useDeleteMachine() {
  return useChange((id: string) => call(ROUTES.deleteMachine, { params: { id } }), ...STOCK);
}

export function useAcceptIdentity() {
  return useChange(
    ({ id, identityId }: { id: string; identityId: string }) =>
      call(ROUTES.acceptIdentity, { params: { id, identityId } }),
    machinesQuery.queryKey,
  );
}

export function useProbeMachine() {
  return useChange((id: string) => call(ROUTES.probeMachine, { params: { id } }));
}

export function useCreateEntitlement() {
  return useChange(
    ({ poolId, ...entitled }: { readonly poolId: string } & Entitled) =>
      call(ROUTES.createEntitlement, { body: { poolId, ...entitled } }),
    entitlementsQuery.queryKey,
    ["desktops"],
  );
}

export function useDeleteEntitlement() {
  return useChange(
    (id: string) => call(ROUTES.deleteEntitlement, { params: { id } }),
    entitlementsQuery.queryKey,
    ["desktops"],
    ["sessions"],
  );
}
