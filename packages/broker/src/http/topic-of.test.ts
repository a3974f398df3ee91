/** Every route that changes something is told of, or named with the reason why not. */
import { ROUTES, type Route, type RouteName, TOPIC_NAMES, type Topic } from "@deskgate/contract";
import { describe, expect, test } from "vitest";
import { tellChange, UNTOLD } from "./topic-of.ts";

const CHANGING = Object.entries<Route>(ROUTES).filter(([, { method }]) => method !== "GET");
const ID = "00000000-0000-4000-8000-000000000001";

function toldBy(route: Route): readonly (readonly [string, Topic, string | undefined])[] {
  const told: (readonly [string, Topic, string | undefined])[] = [];
  const changes = {
    changed: (topic: Topic, id?: string) => void told.push(["changed", topic, id]),
    removed: (topic: Topic, id: string) => void told.push(["removed", topic, id]),
  };
  tellChange(changes, route, ID);
  return told;
}

describe("a route that changes something", () => {
  test.each(CHANGING)("%s is told of, unless a reason is named", (name, route) => {
    const topics = toldBy(route).map(([, topic]) => topic);
    const reason = UNTOLD[name as RouteName]; // the names of the table
    expect({ isTold: topics.length > 0, reason: typeof reason }).toEqual(
      reason === undefined ? { isTold: true, reason: "undefined" } : { isTold: false, reason: "string" },
    );
    for (const topic of topics) expect(TOPIC_NAMES).toContain(topic);
  });
});

test("what only reads is not told of", () => {
  const reading = Object.values<Route>(ROUTES).filter(({ method }) => method === "GET");
  expect(reading.length).toBeGreaterThan(20);
  expect(reading.flatMap(toldBy)).toEqual([]);
});

test.each<readonly [RouteName, readonly (readonly [string, Topic, string | undefined])[]]>([
  ["deleteZone", [["removed", "zones", ID]]],
  ["updatePolicy", [["changed", "policies", ID]]],
  ["createMyToken", [["changed", "tokens", ID]]],
  ["deleteMyToken", [["removed", "tokens", ID]]],
  ["removePoolAssignment", [["changed", "pools", ID]]],
  ["removeGateway", [["removed", "gateways", ID]]],
  [
    "deleteGroup",
    [
      ["removed", "groups", ID],
      ["changed", "entitlements", undefined],
    ],
  ],
  [
    "connectDesktop",
    [
      ["changed", "desktops", ID],
      ["changed", "sessions", undefined],
    ],
  ],
  [
    "createImport",
    [
      ["changed", "users", undefined],
      ["changed", "entitlements", undefined],
    ],
  ],
])("%s tells %j", (name, expected) => {
  expect(toldBy(ROUTES[name])).toEqual(expect.arrayContaining([...expected]));
});
