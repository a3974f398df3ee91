import { GATEWAY_SILENCE_MS } from "@deskgate/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  MemoryGateway,
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

test("a gateway is renamed; the built-in one is not removed; a stranger is neither", async () => {
  const renamed = await admin.api("PATCH", `/gateways/${LOCAL}`, { name: "<b>there</b>" });
  expect(renamed.body).toMatchObject({ id: LOCAL, name: "<b>there</b>", kind: "built-in" });
  expect((await admin.api("DELETE", `/gateways/${LOCAL}`)).body.error.code).toBe("gateway_built_in");
  expect((await admin.api("PATCH", "/gateways/nobody", { name: "x" })).status).toBe(404);
  expect((await admin.api("DELETE", "/gateways/nobody")).status).toBe(404);
});
