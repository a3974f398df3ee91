/** People in sessions hear that their hours end, before they do. */

import { PERMISSION_NAMES } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryGateway, openTestFeatures } from "../../testing.ts";

const MINUTE_MS = 60_000;
const actor = { userId: undefined, name: "test", address: "192.0.2.1" };
let features: Awaited<ReturnType<typeof openTestFeatures>>;
let gateway: MemoryGateway;
let userId: string;
let poolId: string;
let entitlementId: string;
let connectionId: string;
let sessionId: string;

/** The day's minute `minutes` from now, as windows spell it. */
function clockIn(minutes: number): string {
  return new Date(features.clock.now() + minutes * MINUTE_MS).toISOString().slice(11, 16);
}

/** From a while ago until `minutes` from now, every day. */
function until(minutes: number) {
  return { days: [1, 2, 3, 4, 5, 6, 7], from: clockIn(-60), to: clockIn(minutes), timeZone: "UTC" };
}

beforeEach(async () => {
  features = await openTestFeatures();
  // At a full minute, so that what is said in minutes is exact.
  features.clock.advance(MINUTE_MS - (features.clock.now() % MINUTE_MS));
  gateway = new MemoryGateway();
  features.gateways.attach("g", gateway.calls);
  features.gateways.registered("g");
  const { users, signIn, machines, entitlements, desktops } = features.services;
  const person = {
    name: "ada",
    displayName: "Ada",
    role: "user",
    groupIds: [],
    password: undefined,
  } as const;
  const granter = { ...actor, signInId: "", permissions: PERMISSION_NAMES };
  ({ id: userId } = await users.create(person, granter));
  const fields = { name: "Desk", description: "", host: "192.0.2.10", isDeclaredLocal: false } as const;
  const protocols = [{ protocol: "vnc", port: 5901 }] as const;
  ({ poolId } = await machines.create({ ...fields, protocols, trust: "first-use" }, actor));
  const right = { poolId, userId, groupId: null, windows: [until(30)] };
  ({ id: entitlementId } = await entitlements.create(right, actor));
  const { path } = await users.createLink(userId, 60_000, actor);
  const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
  const { caller } = await signIn.withLink(path.reveal().split("#")[1] ?? "", origin);
  const asked = { poolId, protocol: undefined, address: "192.0.2.9" };
  ({ connectionId, sessionId } = await desktops.connect(caller, asked));
  await features.tracking.opened({ gatewayId: "g", connectionId, viewerAddress: undefined });
});
afterEach(() => features.close());

/** Time passes, the gateway goes on reporting, and the broker looks. */
async function pass(minutes: number): Promise<void> {
  features.clock.advance(minutes * MINUTE_MS);
  const report = { connectionId, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
  features.gateways.reported("g", [report]);
  await features.tracking.reported("g", [connectionId]);
  await features.reconciler.runOnce();
}

async function heard(): Promise<readonly (readonly [string, number | undefined])[]> {
  const rows = await features.db.selectFrom("sessionMessages").selectAll().orderBy("at").execute();
  expect(rows.every((row) => row.sessionId === sessionId && row.byName === "")).toBe(true);
  return rows.map(({ text, endsAt }) => [text, endsAt ?? undefined]);
}

const saying = (time: string) => expect.stringContaining(` end in ${time},`);

describe("a session whose hours end", () => {
  test("hears it ten minutes before and one minute before, once each, and then ends", async () => {
    const endsAt = features.clock.now() + 30 * MINUTE_MS;
    await pass(19);
    expect(await heard()).toEqual([]);
    await pass(1);
    await pass(0);
    await pass(1);
    expect(await heard()).toEqual([[saying("10 minutes"), endsAt]]);
    await pass(8);
    await pass(0);
    const both = [
      [saying("10 minutes"), endsAt],
      [saying("1 minute"), endsAt],
    ];
    expect(await heard()).toEqual(both);
    expect(gateway.revoked).toEqual([]);
    await pass(1);
    expect(gateway.revokedFor("window_closed")).toEqual([connectionId]);
    expect(await heard()).toEqual(both);
    const session = await features.services.sessions.find(sessionId);
    expect(session.session).toMatchObject({ state: "ended", endReason: "window_closed" });
  });

  test("hears at once how long is left where it is less, and anew where the end is another", async () => {
    const { entitlements } = features.services;
    await entitlements.update(entitlementId, { windows: [until(4)] }, actor);
    await pass(0);
    expect(await heard()).toEqual([[saying("4 minutes"), features.clock.now() + 4 * MINUTE_MS]]);
    await entitlements.update(entitlementId, { windows: [until(60)] }, actor);
    await pass(10);
    expect(await heard()).toHaveLength(1);
    await pass(40);
    expect((await heard()).at(-1)).toEqual([saying("10 minutes"), features.clock.now() + 10 * MINUTE_MS]);
  });

  test("hears nothing where another entitlement stays open, or the next window begins as this one ends", async () => {
    const { entitlements } = features.services;
    const next = { ...until(0), from: clockIn(30), to: clockIn(300) };
    await entitlements.update(entitlementId, { windows: [until(30), next] }, actor);
    await pass(25);
    expect(await heard()).toEqual([]);
    await entitlements.update(entitlementId, { windows: [until(5)] }, actor);
    const { groups } = features.services;
    const group = await groups.create({ name: "Team", memberIds: [userId], memberGroupIds: [] }, actor);
    await entitlements.create({ poolId, userId: null, groupId: group.id }, actor);
    await pass(4);
    expect(await heard()).toEqual([]);
    await pass(10);
    expect(gateway.revoked).toEqual([]);
  });
});

test("its viewer is told with the moment, and that the program says it", async () => {
  await pass(21);
  const caller = { userId, permissions: [] } as never; // what is read of a caller here
  const { messages } = await features.services.sessions.findConnection(caller, connectionId);
  expect(messages).toMatchObject([{ by: "", endsAt: features.clock.now() + 9 * MINUTE_MS }]);
  const story = await features.services.sessions.readStory(sessionId);
  expect(
    story.filter(({ event }) => event.startsWith("message")).map(({ event, by }) => [event, by]),
  ).toEqual([
    ["message_sent", ""],
    ["message_shown", ""],
  ]);
});
