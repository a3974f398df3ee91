/** Pools, what their connections may do, and policies by name. */
import { type NamedPolicy, type PoolPolicy, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { type ListSource, wholeList } from "./list.ts";
import { asSeen, type Conditional, type Seen, useChange } from "./use-change.ts";

export type NewPool = RouteBodyInput<typeof ROUTES.createPool>;
export type PoolChanges = RouteBodyInput<typeof ROUTES.updatePool>;
export type PolicyFields = RouteBodyInput<typeof ROUTES.createPolicy>;

const OCCUPANCY_REFRESH_MS = 15_000;
const STOCK = [["pools"], ["entitlements"], ["desktops"], ["sessions"]] as const;

export function occupancyQuery(id: string) {
  return queryOptions({
    queryKey: ["pools", "occupancy", id],
    queryFn: ({ signal }) => call(ROUTES.getPoolOccupancy, { params: { id }, signal }),
    refetchInterval: OCCUPANCY_REFRESH_MS,
  });
}

export function assignmentsQuery(id: string) {
  return queryOptions({
    queryKey: ["pools", "assignments", id],
    queryFn: ({ signal }) => call(ROUTES.listPoolAssignments, { params: { id }, signal }),
  });
}

export function useCreatePool() {
  return useChange((fields: NewPool) => call(ROUTES.createPool, { body: fields }), ...STOCK);
}

export function useUpdatePool() {
  return useChange(
    ({ id, changes, ...parts }: Conditional<{ id: string; changes: PoolChanges }>) =>
      call(ROUTES.updatePool, { params: { id }, body: changes, ...parts }),
    ...STOCK,
  );
}

export function readPool(id: string) {
  return call(ROUTES.getPool, { params: { id } });
}

export function useSetPoolMachines() {
  return useChange(
    ({ id, machineIds, ...parts }: Conditional<{ id: string; machineIds: string[] }>) =>
      call(ROUTES.setPoolMachines, { params: { id }, body: { machineIds }, ...parts }),
    ...STOCK,
  );
}

export function useSetPoolPolicy() {
  return useChange(
    ({ id, policy, ...parts }: Conditional<{ id: string; policy: PoolPolicy }>) =>
      call(ROUTES.setPoolPolicy, { params: { id }, body: policy, ...parts }),
    ["pools"],
    ["explain"],
  );
}

export function useDeletePool() {
  return useChange((pool: Seen) => call(ROUTES.deletePool, asSeen(pool)), ...STOCK);
}

export function useRemoveAssignment() {
  return useChange(
    ({ id, userId }: { id: string; userId: string }) =>
      call(ROUTES.removePoolAssignment, { params: { id, userId } }),
    ["pools"],
    ["sessions"],
  );
}

export const policiesList: ListSource<NamedPolicy> = {
  key: ["policies"],
  route: ROUTES.listPolicies,
  local: { textsOf: ({ name }) => [name], sorts: { name: ({ name }) => name } },
};

export const policiesQuery = wholeList(policiesList);

export function useCreatePolicy() {
  return useChange((fields: PolicyFields) => call(ROUTES.createPolicy, { body: fields }), ["policies"]);
}

export function useUpdatePolicy() {
  return useChange(
    ({ id, fields, ...parts }: Conditional<{ id: string; fields: PolicyFields }>) =>
      call(ROUTES.updatePolicy, { params: { id }, body: fields, ...parts }),
    ["policies"],
    ["explain"],
  );
}

export function readPolicy(id: string) {
  return call(ROUTES.getPolicy, { params: { id } });
}

export function useDeletePolicy() {
  return useChange((policy: Seen) => call(ROUTES.deletePolicy, asSeen(policy)), ["policies"]);
}

export function effectivePolicyQuery(userId: string, poolId: string) {
  return queryOptions({
    queryKey: ["explain", "policy", userId, poolId],
    queryFn: ({ signal }) => call(ROUTES.explainPolicy, { query: { userId, poolId }, signal }),
    enabled: userId !== "" && poolId !== "",
  });
}
