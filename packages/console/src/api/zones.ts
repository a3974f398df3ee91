/** Zones: parts of a site that only their own gateways reach. */
import { ROUTES, type RouteBodyInput, type Zone } from "@deskgate/contract";
import { call } from "./call.ts";
import { type ListSource, wholeList } from "./list.ts";
import { asSeen, type Conditional, type Seen, useChange } from "./use-change.ts";

export type ZoneFields = RouteBodyInput<typeof ROUTES.createZone>;

export const zonesList: ListSource<Zone> = {
  key: ["zones"],
  route: ROUTES.listZones,
  local: { textsOf: ({ name, description }) => [name, description], sorts: { name: ({ name }) => name } },
};

export const zonesQuery = wholeList(zonesList);

const SHOWN_IN = [["zones"], ["machines"]] as const;

export function useCreateZone() {
  return useChange((fields: ZoneFields) => call(ROUTES.createZone, { body: fields }), ...SHOWN_IN);
}

export function useUpdateZone() {
  return useChange(
    ({ id, fields, ...parts }: Conditional<{ id: string; fields: ZoneFields }>) =>
      call(ROUTES.updateZone, { params: { id }, body: fields, ...parts }),
    ...SHOWN_IN,
  );
}

export function readZone(id: string) {
  return call(ROUTES.getZone, { params: { id } });
}

export function useDeleteZone() {
  return useChange((zone: Seen) => call(ROUTES.deleteZone, asSeen(zone)), ...SHOWN_IN);
}
