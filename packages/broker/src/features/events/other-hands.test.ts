/** What the command line changes in its own process is told by the server beside it. */
import type { Topic } from "@deskgate/contract";
import { expect, test } from "vitest";
import { AuditsStore } from "../../store/audit-store.ts";
import { openTestFeatures } from "../../testing.ts";
import { OtherHands } from "./other-hands.ts";

const local = { userId: undefined, name: "local:ada", address: "local" };
const remote = { userId: undefined, name: "ada", address: "192.0.2.1" };

test("changes of the command line are told once, and the program's own not again", async () => {
  const features = await openTestFeatures();
  const { zones, policies } = features.services;
  const told: (readonly [Topic, string | undefined])[] = [];
  const changes = {
    changed: (topic: Topic, id?: string) => void told.push([topic, id]),
    removed: () => {},
  };
  await zones.create({ name: "Before", description: "" }, local);
  const otherHands = new OtherHands({ records: new AuditsStore(features.db), changes });
  await otherHands.tell();
  expect(told).toEqual([]);
  const zone = await zones.create({ name: "Plant", description: "" }, local);
  await zones.create({ name: "Own", description: "" }, remote);
  const policy = await policies.create({ name: "Strict", says: {} as never }, local);
  await features.services.audit.record(local, { action: "x.y", subject: { kind: "x", id: "1" } });
  await otherHands.tell();
  expect(told.splice(0)).toEqual([
    ["zones", zone.id],
    ["policies", policy.id],
    ["desktops", undefined],
  ]);
  await otherHands.tell();
  expect(told).toEqual([]);
  await features.close();
});
