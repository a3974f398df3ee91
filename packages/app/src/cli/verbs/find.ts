/** Things by the name or the id that a person types. */
import { DeskgateError, type ROUTES, type RouteName, type RouteReply } from "@deskgate/contract";
import type { Api } from "./verb.ts";

/** What a list route's `items` are. */
type ItemOf<Name extends RouteName> =
  RouteReply<(typeof ROUTES)[Name]> extends { readonly items: readonly (infer Item)[] } ? Item : never;
type NamedList =
  | "listUsers"
  | "listGroups"
  | "listMachines"
  | "listPools"
  | "listRoles"
  | "listZones"
  | "listPolicies";

/** Every item of a list, page after page where it has pages. */
export async function listAll<Name extends NamedList | "listEntitlements" | "listTokens">(
  api: Api,
  name: Name,
): Promise<readonly ItemOf<Name>[]> {
  const items: ItemOf<Name>[] = [];
  let cursor: string | undefined;
  do {
    const page = await api(name, cursor === undefined ? {} : { query: { cursor } });
    items.push(...(page.items as ItemOf<Name>[])); // the compiler does not follow the route's name into its reply
    cursor = cursorOf(page);
  } while (cursor !== undefined);
  return items;
}

function cursorOf(reply: object): string | undefined {
  return "nextCursor" in reply && typeof reply.nextCursor === "string" ? reply.nextCursor : undefined;
}

/** Throws `not_found` where there is none. */
export async function findNamed<Name extends NamedList>(
  api: Api,
  name: Name,
  wanted: string,
): Promise<ItemOf<Name>> {
  return pick(await listAll(api, name), wanted);
}

function pick<Item>(items: readonly Item[], wanted: string): Item {
  const has = (item: Item, field: "name" | "id") =>
    (item as Readonly<Record<string, unknown>>)[field] === wanted; // every list above has both
  const found = items.find((item) => has(item, "name")) ?? items.find((item) => has(item, "id"));
  if (!found) throw new DeskgateError("not_found");
  return found;
}

/** `undefined` where nothing was named. */
export async function idsOf(
  api: Api,
  name: "listUsers" | "listGroups" | "listMachines",
  wanted: readonly string[] | undefined,
): Promise<string[] | undefined> {
  if (wanted === undefined) return undefined;
  const items: readonly { readonly id: string }[] = await listAll(api, name);
  return wanted.map((one) => pick(items, one).id);
}

/** Leaves out what was not given, so that a change touches nothing else. */
export function given<Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Partial<Fields> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Fields>; // the same names with the same values
}
