import { SAMPLE_INTERVAL_MS, SAMPLES_SHOWN_MS } from "@deskgate/contract";
import { expect, test } from "vitest";
import {
  furnish,
  GATEWAY_ID,
  MemoryGateway,
  machineFields,
  openTestBroker,
  openTestFeatures,
} from "../../testing.ts";

test("the overview counts people, sessions, machines and gateways, and names the last refusals", async () => {
  const broker = await openTestBroker();
  const { admin, ada, browser, machine } = await furnish(broker);
  await admin.api("POST", "/machines", machineFields("Desk two"));
  const path = `/desktops/${machine.poolId}/connections`;
  const { connectionId } = (await browser.api("POST", path, {})).body;
  await admin.api("POST", path, {});
  broker.clock.advance(1_000);
  const before = (await admin.api("GET", "/overview")).body;
  expect(before).toMatchObject({ peopleOn: 0, liveSessions: 1 });
  await broker.broker.calls.connectionOpened({
    gatewayId: GATEWAY_ID,
    connectionId,
    viewerAddress: "192.0.2.9",
  });
  expect((await browser.api("POST", path, { protocol: "ssh" })).body.error.code).toBe(
    "machine_protocol_missing",
  );
  const { body } = await admin.api("GET", "/overview");
  expect(body).toMatchObject({
    ...{ peopleOn: 1, liveSessions: 1, machinesByState: { up: 0, down: 0, unknown: 2, maintenance: 0 } },
    gateways: [{ id: GATEWAY_ID, state: "ready", connections: 0 }],
  });
  // Who may not know of a desktop does not get its name into the list either.
  expect(body.refusals).toMatchObject([
    {
      ...{ userId: ada.id, userName: "ada", poolId: machine.poolId },
      ...{ desktop: "Desk one", code: "machine_protocol_missing" },
      sentence: expect.stringContaining("protocol"),
    },
    { userName: "admin", desktop: "", code: "desktop_not_entitled" },
  ]);
  expect((await admin.api("GET", "/audit")).body.items[0]).toMatchObject({
    ...{ action: "desktop.refused", actorUserId: ada.id, subjectId: machine.poolId },
    detail: { code: "machine_protocol_missing", hop: "protocol" },
  });
  broker.clock.advance(60_000);
  expect((await admin.api("GET", "/overview")).body.gateways).toMatchObject([{ state: "silent" }]);
  await broker.broker.setup.putBuiltInGateway({ id: GATEWAY_ID, name: "Door", version: "1" });
  await broker.broker.setup.putBuiltInGateway({ id: "other", name: "Attic", version: "1" });
  expect((await admin.api("GET", "/overview")).body.gateways).toMatchObject([
    { name: "Attic", state: "away" },
    { id: GATEWAY_ID, name: "Door", state: "silent" },
  ]);
  await broker.close();
});

test("the curve has a point per interval, however often one looks, for a day", async () => {
  const features = await openTestFeatures();
  features.gateways.attach("g1", new MemoryGateway().calls);
  const { overview, clock, reconciler } = features;
  const curve = async () => (await overview.read()).sessionsCurve;
  for (let round = 0; round < 3; round++) await reconciler.runOnce();
  expect(await curve()).toHaveLength(1);
  clock.advance(SAMPLE_INTERVAL_MS);
  await reconciler.runOnce();
  const [first, second] = await curve();
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(SAMPLE_INTERVAL_MS);
  expect((first?.at ?? 1) % SAMPLE_INTERVAL_MS).toBe(0);
  clock.advance(SAMPLES_SHOWN_MS);
  await reconciler.runOnce();
  expect(await curve()).toHaveLength(1);
  clock.advance(3 * SAMPLES_SHOWN_MS);
  await reconciler.runOnce();
  expect(await features.db.selectFrom("sessionSamples").selectAll().execute()).toHaveLength(1);
  await features.close();
});
