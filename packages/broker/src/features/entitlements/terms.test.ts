import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker } from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
});
afterEach(() => broker.close());

function setTerms(terms: object, entitlementId: string = room.entitlement.id) {
  return room.admin.api("PATCH", `/entitlements/${entitlementId}`, terms);
}

function connect() {
  return room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
}

async function refusalShown() {
  return (await room.browser.api("GET", "/desktops")).body.items[0].refusal;
}

const HOUR_MS = 60 * 60 * 1000;

/** The hour of the present, and nothing besides. */
function thisHour() {
  const now = new Date(broker.clock.now());
  const hour = String(now.getUTCHours()).padStart(2, "0");
  const day = now.getUTCDay() || 7;
  const to = now.getUTCHours() === 23 ? "24:00" : `${String(now.getUTCHours() + 1).padStart(2, "0")}:00`;
  return { days: [day], from: `${hour}:00`, to, timeZone: "UTC" };
}

/** A day that is neither today nor tomorrow, so that it is never open in a test. */
function anotherDay() {
  const day = new Date(broker.clock.now() + 72 * HOUR_MS).getUTCDay() || 7;
  return { days: [day], from: "10:00", to: "11:00", timeZone: "UTC" };
}

describe("outside its hours", () => {
  test("a desktop is shown but not opened, and nothing is left behind", async () => {
    expect((await setTerms({ windows: [anotherDay()] })).status).toBe(200);
    expect(await refusalShown()).toBe("outside_time_window");
    const answer = await connect();
    expect([answer.status, answer.body.error.code]).toEqual([403, "outside_time_window"]);
    expect(broker.gateway.reservations).toEqual([]);
    expect((await room.admin.api("GET", "/sessions")).body.items).toEqual([]);
  });

  test("a session ends when the last of its windows closes, at the next look", async () => {
    await setTerms({ windows: [thisHour()] });
    expect(await refusalShown()).toBeNull();
    const { sessionId, connectionId } = (await connect()).body;
    await setTerms({ windows: [thisHour(), anotherDay()] });
    expect(broker.gateway.revoked).toEqual([]);
    await setTerms({ windows: [anotherDay()] });
    expect(broker.gateway.revokedFor("window_closed")).toEqual([connectionId]);
    const { items } = (await room.admin.api("GET", "/sessions?state=ended")).body;
    expect(items).toMatchObject([{ id: sessionId, endReason: "window_closed" }]);
  });

  test("a session stays that rests on another entitlement", async () => {
    const group = (await room.admin.api("POST", "/groups", { name: "Team", memberIds: [room.ada.id] })).body;
    await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, groupId: group.id });
    await connect();
    await setTerms({ windows: [anotherDay()] });
    expect(broker.gateway.revoked).toEqual([]);
    expect(await refusalShown()).toBeNull();
  });
});

describe("from a network that is not named", () => {
  test("a desktop is shown but not opened", async () => {
    await setTerms({ networks: ["192.0.2.0/24", "2001:db8::/32"] });
    expect(await refusalShown()).toBe("network_not_allowed");
    const answer = await connect();
    expect([answer.status, answer.body.error.code]).toEqual([403, "network_not_allowed"]);
  });

  test("and from one that is named it opens", async () => {
    await setTerms({ networks: ["192.0.2.0/24", "127.0.0.0/8"] });
    expect(await refusalShown()).toBeNull();
    expect((await connect()).status).toBe(201);
  });

  test("the policy of an entitlement that does not count does not count either", async () => {
    const strict = (await room.admin.api("POST", "/policies", { name: "Strict", filesToMachine: false }))
      .body;
    const wide = (await room.admin.api("POST", "/policies", { name: "Wide", filesToMachine: true })).body;
    await setTerms({ policyId: strict.id });
    const group = (await room.admin.api("POST", "/groups", { name: "Team", memberIds: [room.ada.id] })).body;
    const office = { networks: ["192.0.2.0/24"], policyId: wide.id };
    const fields = { poolId: room.machine.poolId, groupId: group.id, ...office };
    await room.admin.api("POST", "/entitlements", fields);
    expect((await connect()).body.policy.filesToMachine).toBe(false);
    const question = `/explain/policy?userId=${room.ada.id}&poolId=${room.machine.poolId}&address=192.0.2.7`;
    expect((await room.admin.api("GET", question)).body.effective.filesToMachine).toBe(true);
  });
});

describe("terms", () => {
  test("are kept as they were entered, and stay where they are not named", async () => {
    const terms = { windows: [thisHour()], networks: ["127.0.0.1", "2001:db8::/32"] };
    const { body } = await setTerms(terms);
    expect(body).toMatchObject(terms);
    const again = (await setTerms({ policyId: null })).body;
    expect(again).toEqual({ ...body, version: body.version + 1 });
    expect((await room.admin.api("GET", "/entitlements")).body.items).toEqual([again]);
  });

  const window = { days: [1], from: "08:00", to: "17:00", timeZone: "Europe/Berlin" };
  test.each([
    ["no day", { windows: [{ ...window, days: [] }] }, "windows.0.days"],
    ["an eighth day", { windows: [{ ...window, days: [8] }] }, "windows.0.days.0"],
    ["a day twice", { windows: [{ ...window, days: [1, 1] }] }, "windows.0.days"],
    ["no time", { windows: [{ ...window, from: "24:00" }] }, "windows.0.from"],
    ["no zone", { windows: [{ ...window, timeZone: "Middle/Earth" }] }, "windows.0.timeZone"],
    ["a field of nobody", { windows: [{ ...window, always: true }] }, "windows.0.always"],
    ["no network", { networks: ["everywhere"] }, "networks.0"],
    ["an address inside a network", { networks: ["10.0.0.1/8"] }, "networks.0"],
    ["another pool", { poolId: "00000000-0000-4000-8000-000000000000" }, "poolId"],
    ["another holder", { userId: "00000000-0000-4000-8000-000000000000" }, "userId"],
    ["an unknown policy", { policyId: "00000000-0000-4000-8000-000000000000" }, "policyId"],
  ])("with %s are refused at the field", async (_, terms, field) => {
    const answer = await setTerms(terms);
    expect([answer.status, Object.keys(answer.body.error.fields)]).toEqual([422, [field]]);
  });

  test("of nothing are not found", async () => {
    expect((await setTerms({}, "00000000-0000-4000-8000-000000000000")).status).toBe(404);
  });
});
