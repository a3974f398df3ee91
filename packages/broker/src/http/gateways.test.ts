import { GATEWAY_SILENCE_MS } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  GATEWAY_ID,
  MemoryGateway,
  machineFields,
  openTestBroker,
  signInAdministrator,
  TEST_FINGERPRINT,
  type TestBroker,
  type TestBrowser,
} from "../testing.ts";

const LOCAL = "local";
let broker: TestBroker;
let admin: TestBrowser;
beforeEach(async () => {
  broker = await openTestBroker({ linkFingerprint: () => TEST_FINGERPRINT });
  await broker.broker.setup.putBuiltInGateway({ id: LOCAL, name: "here", version: "1.0.0" });
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

const theOne = async () => (await admin.api("GET", "/gateways")).body.items[0];

test("a gateway is away, then connected, then silent, and away again", async () => {
  expect(await theOne()).toMatchObject({
    name: "here",
    state: "away",
    connectedSince: null,
    lastSeenAt: null,
  });
  const detach = broker.broker.attachGateway(LOCAL, new MemoryGateway().calls);
  await broker.broker.calls.register({ gatewayId: LOCAL, openConnectionIds: [] });
  const seenAt = new Date(broker.clock.now()).toISOString();
  expect(await theOne()).toMatchObject({ state: "connected", connectedSince: seenAt, lastSeenAt: seenAt });
  broker.clock.advance(GATEWAY_SILENCE_MS);
  expect(await theOne()).toMatchObject({ state: "silent", lastSeenAt: seenAt });
  detach();
  expect(await theOne()).toMatchObject({ state: "away", connectedSince: null, lastSeenAt: seenAt });
});

test("a code is shown once, to administrators, with its end", async () => {
  const { status, body } = await admin.api("POST", "/gateways/codes", { name: "dmz" });
  expect(status).toBe(201);
  expect(body.code).toMatch(new RegExp(`^dgc1-[a-z2-7]{26}-${TEST_FINGERPRINT}$`));
  expect(Date.parse(body.expiresAt)).toBe(broker.clock.now() + 15 * 60_000);
  const listed = await admin.api("GET", "/gateways");
  expect(JSON.stringify(listed.body)).not.toContain(body.code);
});

test("a code is refused for a taken or an impossible name", async () => {
  const taken = await admin.api("POST", "/gateways/codes", { name: "here" });
  expect(taken.body.error).toMatchObject({ code: "name_taken", fields: { name: "This name is taken." } });
  const impossible = await admin.api("POST", "/gateways/codes", { name: " \u0000 " });
  expect(impossible.body.error).toMatchObject({
    code: "validation_failed",
    fields: { name: expect.any(String) },
  });
});

test("a broker that takes no gateways makes no codes", async () => {
  const alone = await openTestBroker();
  const { body } = await (await signInAdministrator(alone)).api("POST", "/gateways/codes", {});
  expect(body.error.code).toBe("gateways_not_accepted");
  await alone.close();
});

describe("a gateway's zone", () => {
  const desk = async (zoneId: string | null) => {
    const fields = { ...machineFields(`Desk ${zoneId}`), zoneId };
    const machine = (await admin.api("POST", "/machines", fields)).body;
    const { id: userId } = (await admin.api("GET", "/me")).body;
    await admin.api("POST", "/entitlements", { poolId: machine.poolId, userId });
    return async () => {
      const { status, body } = await admin.api("POST", `/desktops/${machine.poolId}/connections`, {});
      return status === 201 ? "opened" : body.error.code;
    };
  };
  const put = (zoneId: string | null) => admin.api("PATCH", `/gateways/${GATEWAY_ID}`, { zoneId });

  test("counts for whoever connects from that moment, in words and in the list", async () => {
    await broker.broker.setup.putBuiltInGateway({ id: GATEWAY_ID, name: "Door", version: "1.0.0" });
    const north = (await admin.api("POST", "/zones", { name: "North" })).body.id;
    const south = (await admin.api("POST", "/zones", { name: "South" })).body.id;
    const connect = await desk(north);
    const connectAnywhere = await desk(null);
    expect(await connect()).toBe("opened");
    expect((await put(south)).body).toMatchObject({ zone: "South", zoneId: south, name: "Door" });
    expect(await connect()).toBe("zone_without_gateway");
    expect(await connectAnywhere()).toBe("opened");
    await put(north);
    expect(await connect()).toBe("opened");
    expect((await admin.api("PATCH", `/zones/${north}`, { name: "Arctic" })).status).toBe(200);
    const { items } = (await admin.api("GET", "/gateways")).body;
    expect(items).toContainEqual(expect.objectContaining({ id: GATEWAY_ID, zone: "Arctic", zoneId: north }));
    expect((await admin.api("DELETE", `/zones/${south}`)).status).toBe(204);
    expect((await put(south)).body.error.fields).toEqual({ zoneId: expect.any(String) });
    expect((await put(null)).body).toMatchObject({ zone: "", zoneId: null });
  });

  test("cannot be removed while the gateway is in it", async () => {
    const zone = (await admin.api("POST", "/zones", { name: "North" })).body.id;
    await admin.api("PATCH", `/gateways/${LOCAL}`, { zoneId: zone });
    expect((await admin.api("DELETE", `/zones/${zone}`)).body.error.code).toBe("still_in_use");
    await admin.api("PATCH", `/gateways/${LOCAL}`, { zoneId: null });
    expect((await admin.api("DELETE", `/zones/${zone}`)).status).toBe(204);
  });
});

test("a gateway is renamed; the built-in one is not removed; a stranger is neither", async () => {
  const renamed = await admin.api("PATCH", `/gateways/${LOCAL}`, { name: "<b>there</b>" });
  expect(renamed.body).toMatchObject({ id: LOCAL, name: "<b>there</b>", kind: "built-in" });
  expect((await admin.api("DELETE", `/gateways/${LOCAL}`)).body.error.code).toBe("gateway_built_in");
  expect((await admin.api("PATCH", "/gateways/nobody", { name: "x" })).status).toBe(404);
  expect((await admin.api("DELETE", "/gateways/nobody")).status).toBe(404);
});
