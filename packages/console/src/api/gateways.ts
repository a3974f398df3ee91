/** Gateways, and the codes by which others join. */
import { type Gateway, ROUTES, type RouteBodyInput } from "@deskgate/contract";
import { useMutation } from "@tanstack/react-query";
import { call } from "./call.ts";
import { type ListSource, wholeList } from "./list.ts";
import { useChange } from "./use-change.ts";

export type GatewayChange = RouteBodyInput<typeof ROUTES.renameGateway>;

/** Whether a gateway is there is no change of anybody's, so that it is asked for. */
const REFRESH_MS = 5_000;

export const gatewaysList: ListSource<Gateway> = {
  key: ["gateways"],
  route: ROUTES.listGateways,
  local: {
    textsOf: ({ name, zone, version }) => [name, zone, version],
    sorts: {
      name: ({ name }) => name,
      zone: ({ zone }) => zone,
      state: ({ state }) => state,
      version: ({ version }) => version,
      openConnections: ({ openConnections }) => openConnections,
    },
    filters: {
      state: ({ state }, wanted) => state === wanted,
      zone: ({ zoneId }, wanted) => zoneId === wanted,
    },
  },
  refetchMs: REFRESH_MS,
};

export const gatewaysQuery = wholeList(gatewaysList);

const SHOWN_IN = [["gateways"], ["overview"]] as const;

export function useUpdateGateway() {
  return useChange(
    ({ id, changes }: { id: string; changes: GatewayChange }) =>
      call(ROUTES.renameGateway, { params: { id }, body: changes }),
    ...SHOWN_IN,
  );
}

export function useRemoveGateway() {
  return useChange((id: string) => call(ROUTES.removeGateway, { params: { id } }), ...SHOWN_IN);
}

export function useCreateGatewayCode() {
  return useMutation({
    mutationFn: (name: string) => call(ROUTES.createGatewayCode, { body: { name } }),
  });
}
