import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, GATEWAY_ID, machineFields, openTestBroker, type TestBroker } from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;
let machineIds: string[];

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
  machineIds = [];
  for (const name of ["One", "Two"])
    machineIds.push((await room.admin.api("POST", "/machines", machineFields(name))).body.id);
});
afterEach(() => broker.close());

const make = (fields: object = {}) =>
  room.admin.api("POST", "/pools", { name: "Float", kind: "floating", machineIds, ...fields });

/** Ada is let in and has a viewer open. */
async function use(poolId: string): Promise<{ readonly sessionId: string; readonly connectionId: string }> {
  await room.admin.api("POST", "/entitlements", { poolId, userId: room.ada.id });
  const { body } = await room.browser.api("POST", `/desktops/${poolId}/connections`, {});
  const opened = { gatewayId: GATEWAY_ID, connectionId: body.connectionId, viewerAddress: "192.0.2.99" };
  await broker.broker.calls.connectionOpened(opened);
  return body;
}

describe("pools", () => {
  test("are made, read, changed and removed, and the audit says by whom", async () => {
    const { status, body } = await make({ description: "Any of two" });
    expect([status, body]).toMatchObject([
      201,
      {
        ...{ name: "Float", description: "Any of two", kind: "floating", version: 1 },
        release: { afterDisconnectMs: 8 * 60 * 60_000, onSignOut: false },
      },
    ]);
    expect(body.machineIds.toSorted()).toEqual(machineIds.toSorted());
    const release = { afterDisconnectMs: null, onSignOut: true };
    const changed = (await room.admin.api("PATCH", `/pools/${body.id}`, { name: "Flow", release })).body;
    expect(changed).toEqual({ ...body, name: "Flow", release, version: 2 });
    expect((await room.admin.api("GET", `/pools/${body.id}`)).body).toEqual(changed);
    expect((await room.admin.api("DELETE", `/pools/${body.id}`)).status).toBe(204);
    expect((await room.admin.api("GET", `/pools/${body.id}`)).status).toBe(404);
    expect((await room.admin.api("GET", "/machines")).body.items).toHaveLength(3);
    const { items } = (await room.admin.api("GET", "/audit?action=pool.")).body;
    const actions = items.map(({ action }: { readonly action: string }) => action);
    expect(actions.toSorted()).toEqual(["pool.created", "pool.removed", "pool.updated"]);
  });

  test("have names of their own and machines that exist", async () => {
    await make();
    expect((await make()).body.error).toMatchObject({
      code: "name_taken",
      fields: { name: expect.any(String) },
    });
    const unknown = await make({ name: "Other", machineIds: [room.ada.id] });
    expect(unknown.body.error.fields).toMatchObject({ machineIds: expect.stringContaining(room.ada.id) });
    expect((await room.admin.api("GET", "/pools")).body.items).toHaveLength(4);
    expect((await make({ name: "Third", kind: "machine" })).status).toBe(422);
  });

  test("of one belong to their machine, but for the rule of release", async () => {
    const own = `/pools/${room.machine.poolId}`;
    for (const [method, path, body] of [
      ["PATCH", own, { name: "Mine" }],
      ["PATCH", own, { description: "Mine" }],
      ["PUT", `${own}/machines`, { machineIds }],
      ["DELETE", own, undefined],
    ] as const)
      expect((await room.admin.api(method, path, body)).body.error.code).toBe("validation_failed");
    const release = { afterDisconnectMs: 1, onSignOut: false };
    expect((await room.admin.api("PATCH", own, { release })).body.release).toEqual(release);
  });

  test("count their machines", async () => {
    const { id } = (await make()).body;
    await use(id);
    expect((await room.admin.api("GET", `/pools/${id}/occupancy`)).body).toEqual({
      ...{ machines: 2, free: 1, inUse: 1, down: 0, maintenance: 0, assigned: 0 },
    });
  });

  const ways: readonly (readonly [string, (poolId: string, machineId: string) => Promise<unknown>])[] = [
    [
      "is taken out of the pool",
      (poolId) => room.admin.api("PUT", `/pools/${poolId}/machines`, { machineIds: [] }),
    ],
    ["is removed", (_, machineId) => room.admin.api("DELETE", `/machines/${machineId}`)],
    ["loses its pool", (poolId) => room.admin.api("DELETE", `/pools/${poolId}`)],
  ];
  test.each(ways)("end the session on a machine that %s", async (_, takeAway) => {
    const { id } = (await make()).body;
    const { sessionId, connectionId } = await use(id);
    const { machineId } = (await room.admin.api("GET", `/sessions/${sessionId}`)).body;
    await takeAway(id, machineId);
    expect(broker.gateway.revokedFor("access_removed")).toEqual([connectionId]);
    const { body } = await room.admin.api("GET", `/sessions/${sessionId}`);
    expect(body).toMatchObject({ state: "ended", endReason: "access_removed", poolName: "Float" });
  });

  test("of one let several people onto their machine", async () => {
    const bob = (await room.admin.api("GET", "/me")).body;
    await room.admin.api("POST", "/entitlements", { poolId: room.machine.poolId, userId: bob.id });
    const path = `/desktops/${room.machine.poolId}/connections`;
    expect((await room.browser.api("POST", path, {})).status).toBe(201);
    expect((await room.admin.api("POST", path, {})).status).toBe(201);
    expect((await room.admin.api("GET", "/sessions")).body.items).toHaveLength(2);
  });

  test("that float take no machine that somebody is on through its own pool, nor the other way round", async () => {
    const { id } = (await make({ machineIds: [room.machine.id] })).body;
    const bob = (await room.admin.api("GET", "/me")).body;
    await room.admin.api("POST", "/entitlements", { poolId: id, userId: bob.id });
    await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
    const floating = () => room.admin.api("POST", `/desktops/${id}/connections`, {});
    expect((await floating()).body.error.code).toBe("pool_full");
    await room.browser.api("DELETE", `/desktops/${room.machine.poolId}/session`);
    expect((await floating()).status).toBe(201);
    const own = await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
    expect(own.body.error.code).toBe("pool_full");
  });
});

describe("the launchpad of a person with pools", () => {
  test("remembers favourites and the protocol used last, and says what would be refused", async () => {
    const { id } = (await make({ description: "Any of two" })).body;
    await use(id);
    const path = `/desktops/${id}/favourite`;
    expect((await room.browser.api("PUT", path, { isFavourite: true })).status).toBe(204);
    const find = async () =>
      (await room.browser.api("GET", "/desktops")).body.items.find(
        (one: { readonly id: string }) => one.id === id,
      );
    expect(await find()).toMatchObject({
      ...{ name: "Float", description: "Any of two", poolKind: "floating", protocols: ["vnc"] },
      ...{ state: "in-session", isFavourite: true, lastProtocol: "vnc", refusal: null, openConnections: 1 },
    });
    await room.browser.api("PUT", path, { isFavourite: false });
    await room.browser.api("DELETE", `/desktops/${id}/session`);
    await room.admin.api("PUT", `/pools/${id}/machines`, { machineIds: [] });
    expect(await find()).toMatchObject({
      ...{
        state: "available",
        isFavourite: false,
        lastProtocol: "vnc",
        refusal: "pool_empty",
        protocols: [],
      },
    });
    const foreign = await room.admin.api("PUT", path, { isFavourite: true });
    expect(foreign.body.error.code).toBe("desktop_not_entitled");
  });
});
