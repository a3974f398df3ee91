/** Which topics a request changes, from its route alone: what lies below `/machines` changes machines. */
import { type Route, TOPICS, type Topic } from "@deskgate/contract";
import type { Changes } from "../features/events/hub.ts";

/** What shows in other lists, too. */
const SHOWN_IN: Readonly<Partial<Record<Topic, readonly Topic[]>>> = {
  users: ["groups", "entitlements", "desktops"],
  groups: ["users", "entitlements", "desktops"],
  machines: ["pools", "entitlements", "desktops"],
  pools: ["machines", "entitlements", "desktops"],
  entitlements: ["desktops"],
  policies: ["desktops"],
  zones: ["gateways"],
  settings: ["announcement"],
};
const IMPORTED: readonly Topic[] = ["users", "groups", "machines", "pools", "entitlements", "desktops"];

/** Call it when the handler is done, and with it everything is committed. */
export function tellChange(changes: Changes, { method, path }: Route, id: string | undefined): void {
  if (method === "GET") return;
  const [, first = "", ...rest] = path.split("/");
  if (first === "imports") for (const topic of IMPORTED) changes.changed(topic);
  if (!isTopic(first)) return;
  if (method === "DELETE" && rest.length === 1 && id !== undefined) changes.removed(first, id);
  else changes.changed(first, id);
  for (const topic of SHOWN_IN[first] ?? []) changes.changed(topic);
}

function isTopic(name: string): name is Topic {
  return Object.hasOwn(TOPICS, name);
}
