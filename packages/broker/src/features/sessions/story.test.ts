/** What is told of a session, and to the person in it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, GATEWAY_ID, openTestBroker, signIn, type TestBroker } from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
});
afterEach(() => broker.close());

interface Opened {
  readonly sessionId: string;
  readonly connectionId: string;
}

async function open(): Promise<Opened> {
  const { body } = await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
  const { connectionId } = body;
  await broker.broker.calls.connectionOpened({
    gatewayId: GATEWAY_ID,
    connectionId,
    viewerAddress: "192.0.2.99",
  });
  return body;
}

async function close({ connectionId }: Opened): Promise<void> {
  const report = { connectionId, bytesToViewer: 1, bytesToTarget: 1, idleMs: 0 };
  const closed = { gatewayId: GATEWAY_ID, report, reason: "viewer_left", detail: "" } as const;
  await broker.broker.calls.connectionClosed(closed);
}

const say = (sessionId: string, text: unknown) =>
  room.admin.api("POST", `/sessions/${sessionId}/message`, { text });
const heard = async ({ connectionId }: Opened) =>
  (await room.browser.api("GET", `/connections/${connectionId}`)).body.messages;

test("a session's story is whole, in order, and names who did what", async () => {
  const opened = await open();
  await say(opened.sessionId, "Please save your work");
  await heard(opened);
  await close(opened);
  await room.admin.api("DELETE", `/sessions/${opened.sessionId}`);
  const { items } = (await room.admin.api("GET", `/sessions/${opened.sessionId}/story`)).body;
  const told = items.map(({ event, by, detail }: Record<"event" | "by" | "detail", string>) => [
    event,
    by,
    detail,
  ]);
  expect(told).toEqual([
    ["claimed", "ada", "Desk one of Desk one"],
    ["ticket_issued", "ada", `vnc by gateway ${GATEWAY_ID}`],
    ["viewer_connected", "", "vnc from 192.0.2.99"],
    ["message_sent", "admin", "Please save your work"],
    ["message_shown", "", "Please save your work"],
    ["viewer_gone", "", "viewer_left"],
    ["disconnected", "", "viewer_left"],
    ["ended", "admin", "killed: killed by admin"],
  ]);
});

test("a session is found by its id and by every filter", async () => {
  const { sessionId } = await open();
  const one = (await room.admin.api("GET", `/sessions/${sessionId}`)).body;
  expect(one).toMatchObject({
    id: sessionId,
    state: "active",
    stateReason: "viewer_connected",
    isExclusive: false,
  });
  const ids = async (query: string) => {
    const { items } = (await room.admin.api("GET", `/sessions?${query}`)).body;
    return items.map(({ id }: { readonly id: string }) => id);
  };
  const { userId, poolId, machineId, startedAt } = one;
  const hits = [
    `userId=${userId}`,
    `poolId=${poolId}`,
    `machineId=${machineId}`,
    "state=active",
    `from=${startedAt}`,
  ];
  for (const query of hits) expect(await ids(query), query).toEqual([sessionId]);
  const misses = [
    `userId=${machineId}`,
    `poolId=${userId}`,
    `machineId=${poolId}`,
    "state=ended",
    `to=${startedAt}`,
  ];
  for (const query of misses) expect(await ids(query), query).toEqual([]);
  expect((await room.admin.api("GET", `/sessions/${userId}`)).status).toBe(404);
  expect((await room.admin.api("GET", `/sessions/${userId}/story`)).status).toBe(404);
  expect((await room.admin.api("GET", "/sessions?state=open")).status).toBe(400);
});

describe("a message", () => {
  test("is heard by the person, once per viewer, and by a viewer that comes later where none was there", async () => {
    const opened = await open();
    await say(opened.sessionId, "first");
    expect(await heard(opened)).toMatchObject([{ text: "first", by: "Administrator" }]);
    await close(opened);
    broker.clock.advance(1_000);
    await say(opened.sessionId, "second");
    broker.clock.advance(1_000);
    expect(await heard(opened)).toEqual([]); // an ended viewer shows nothing
    const again = await open();
    expect(await heard(again)).toMatchObject([{ text: "second" }]);
    // Asked again, the same viewer is told again, and knows by the id that it has shown it.
    broker.clock.advance(1_000);
    const third = (await say(again.sessionId, "third")).body;
    expect((await heard(again)).map(({ text }: { readonly text: string }) => text)).toContain("third");
    expect((await heard(again)).map(({ id }: { readonly id: string }) => id)).toEqual([third.id]);
  });

  test("is not spent on an administrator who looks", async () => {
    const opened = await open();
    await say(opened.sessionId, "for ada");
    const seen = await room.admin.api("GET", `/connections/${opened.connectionId}`);
    expect(seen.body.messages).toEqual([]);
    expect(await heard(opened)).toMatchObject([{ text: "for ada" }]);
  });

  test("is text of some length, and goes to a live session", async () => {
    const opened = await open();
    expect((await say(opened.sessionId, "<b>two\nlines</b>")).status).toBe(201);
    for (const text of ["", "   ", "x".repeat(501), "bell\u0007", "\u202eturned", 7])
      expect((await say(opened.sessionId, text)).status, String(text)).toBe(422);
    await room.admin.api("DELETE", `/sessions/${opened.sessionId}`);
    expect((await say(opened.sessionId, "too late")).status).toBe(404);
  });
});

describe("one's own session", () => {
  const giveBack = (browser = room.browser) =>
    browser.api("DELETE", `/desktops/${room.machine.poolId}/session`);

  test("is ended by its person, with every viewer", async () => {
    const opened = await open();
    expect((await giveBack()).status).toBe(204);
    expect(broker.gateway.revokedFor("ended_by_person")).toEqual([opened.connectionId]);
    const { body } = await room.admin.api("GET", `/sessions/${opened.sessionId}`);
    expect(body).toMatchObject({ state: "ended", endReason: "ended_by_person" });
    expect((await giveBack()).status).toBe(404);
  });

  test("is not another's to end", async () => {
    await open();
    await room.admin.api("POST", "/users", { name: "eve", displayName: "Eve" });
    expect((await giveBack(await signIn(broker, "eve"))).status).toBe(404);
    expect((await room.admin.api("GET", "/sessions")).body.items).toHaveLength(1);
  });
});

describe("a pool's rule", () => {
  const setRelease = (release: unknown) =>
    room.admin.api("PATCH", `/pools/${room.machine.poolId}`, { release });

  test("ends a session when its person signs out, unless somebody still looks", async () => {
    expect((await setRelease({ afterDisconnectMs: null, onSignOut: true })).body.version).toBe(2);
    await open();
    const elsewhere = await signIn(broker, "ada");
    const path = `/desktops/${room.machine.poolId}/connections`;
    const { connectionId } = (await elsewhere.api("POST", path, {})).body;
    await broker.broker.calls.connectionOpened({
      gatewayId: GATEWAY_ID,
      connectionId,
      viewerAddress: "192.0.2.98",
    });
    await room.browser.api("POST", "/sign-out");
    expect((await room.admin.api("GET", "/sessions")).body.items).toMatchObject([{ state: "active" }]);
    await elsewhere.api("POST", "/sign-out");
    expect((await room.admin.api("GET", "/sessions")).body.items).toEqual([]);
    const [ended] = (await room.admin.api("GET", "/sessions?state=ended")).body.items;
    expect(ended).toMatchObject({ endReason: "signed_out" });
  });

  test("may be that only the person ends it", async () => {
    await setRelease({ afterDisconnectMs: null, onSignOut: false });
    await close(await open());
    const [session] = (await room.admin.api("GET", "/sessions")).body.items;
    expect(session).toMatchObject({ state: "disconnected", leaseExpiresAt: null });
  });
});
