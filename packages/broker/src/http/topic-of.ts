/** Which topics a request changes, from its route alone: what lies below `/machines` changes machines. */
import { type Route, type RouteName, TOPICS, type Topic } from "@deskgate/contract";
import type { Changes } from "../features/events/hub.ts";

/** What shows in other lists, too. */
const SHOWN_IN: Readonly<Partial<Record<Topic, readonly Topic[]>>> = {
  users: ["groups", "entitlements", "desktops"],
  groups: ["users", "entitlements", "desktops"],
  roles: ["users"],
  zones: ["machines", "gateways"],
  machines: ["pools", "entitlements", "desktops"],
  pools: ["machines", "entitlements", "desktops"],
  entitlements: ["desktops"],
  policies: ["entitlements", "desktops"],
  // Who connects has a session, and perhaps a machine of the pool for themselves.
  desktops: ["sessions", "pools"],
  settings: ["announcement"],
};
const IMPORTED: readonly Topic[] = ["users", "groups", "machines", "pools", "entitlements", "desktops"];

/** First words of a path that are no topic, and which topics change by them. */
const OTHER_PATHS: Readonly<Partial<Record<string, readonly Topic[]>>> = {
  imports: IMPORTED,
};

/** Routes that change something of which no event tells, and why not. */
export const UNTOLD: Readonly<Partial<Record<RouteName, string>>> = {
  signInWithPassword:
    "concerns one browser; the time of the last sign-in shows with the next look at the list",
  signInWithLink: "concerns one browser",
  createBearerToken: "concerns one script",
  signOut: "ends the streams of the sign-in itself; sessions that end with it are told by what ends them",
  keepMyPassword: "shows in no list",
  forgetMyPassword: "shows in no list",
  setMyPassword: "shows in no list; the other sign-ins that it ends lose their streams",
};

/** Call it when the handler is done, and with it everything is committed. */
export function tellChange(changes: Changes, { method, path }: Route, id: string | undefined): void {
  if (method === "GET") return;
  const [, ...words] = path.split("/");
  // One's own tokens are tokens.
  const [first = "", ...rest] = words[0] === "me" ? words.slice(1) : words;
  for (const topic of OTHER_PATHS[first] ?? []) changes.changed(topic);
  if (!isTopic(first)) return;
  if (method === "DELETE" && rest.length === 1 && id !== undefined) changes.removed(first, id);
  else changes.changed(first, id);
  for (const topic of SHOWN_IN[first] ?? []) changes.changed(topic);
}

function isTopic(name: string): name is Topic {
  return Object.hasOwn(TOPICS, name);
}
