/** Machines woken: by an administrator, by connecting, and for a program that has no gateways. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { dialectOf } from "../../store/dialects/settings.ts";
import { MachineHealthStore } from "../../store/health-store.ts";
import { type LastingDatabase, newLastingDatabase } from "../../store/testing.ts";
import {
  furnish,
  MemoryGateway,
  machineFields,
  openTestBroker,
  openTestFeatures,
  signIn,
  type TestBroker,
} from "../../testing.ts";
import { WAKE_INTERVAL_MS, WISH_LIFETIME_MS } from "./waking.ts";

const MAC = "00:00:5e:00:53:01";
const HOST = "192.0.2.11";
let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;
let lasting: LastingDatabase;
/** Beside the broker's, to say what probes would have found. */
let db: Database;

beforeEach(async () => {
  lasting = await newLastingDatabase();
  broker = await openTestBroker({ database: lasting.settings });
  db = await openDatabase(dialectOf(lasting.settings));
  room = await furnish(broker);
});
afterEach(async () => {
  await db.destroy();
  await broker.close();
  await lasting.remove();
});

async function probed(machineId: string, state: "up" | "down"): Promise<void> {
  const since = broker.clock.now();
  await new MachineHealthStore(db).write({ machineId, state, since, detail: "" });
}

const wake = (id: string) => room.admin.api("POST", `/machines/${id}/wake`);

async function addMachine(more: object = {}): Promise<{ readonly id: string; readonly poolId: string }> {
  const protocols = [{ protocol: "rdp", port: 3389 }];
  const fields = { ...machineFields("Sleeper"), host: HOST, protocols, macAddress: MAC, ...more };
  const { body } = await room.admin.api("POST", "/machines", fields);
  await room.admin.api("POST", "/entitlements", { poolId: body.poolId, userId: room.ada.id });
  return body;
}

async function audited(action: string): Promise<readonly Record<string, unknown>[]> {
  const { items } = (await room.admin.api("GET", "/audit")).body;
  return items.filter((item: { action: string }) => item.action === action);
}

describe("an administrator", () => {
  test("wakes a machine through the gateway, once in its time, and it is in the audit", async () => {
    const { id } = await addMachine();
    const woken = await wake(id);
    expect([woken.status, woken.body]).toEqual([
      200,
      { state: "sent", gateways: [{ id: "gateway-1", sentTo: "192.0.2.255:9" }] },
    ]);
    expect(broker.gateway.woken).toEqual([{ macAddress: MAC, host: HOST }]);
    expect(await audited("machine.woken")).toMatchObject([{ actorName: "admin", subjectId: id }]);
    const again = await wake(id);
    expect([again.status, again.body.error.code]).toEqual([429, "too_many_requests"]);
    expect(Number(again.headers.get("retry-after"))).toBe(WAKE_INTERVAL_MS / 1000);
    broker.clock.advance(WAKE_INTERVAL_MS);
    expect((await wake(id)).status).toBe(200);
    expect(broker.gateway.woken).toHaveLength(2);
    expect(await audited("machine.woken")).toHaveLength(2);
  });

  test("of twenty at once wakes it once", async () => {
    const { id } = await addMachine();
    const answers = await Promise.all(Array.from({ length: 20 }, () => wake(id)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(19);
    expect(broker.gateway.woken).toHaveLength(1);
  });

  test("hears what is missing: the address, the machine, a gateway that can, the right", async () => {
    const codeOf = async (id: string) => (await wake(id)).body.error.code;
    expect(await codeOf(room.machine.id)).toBe("machine_mac_missing");
    expect(await codeOf("00000000-0000-4000-8000-000000000000")).toBe("not_found");
    const { id } = await addMachine();
    broker.gateway.onWake = async () => {
      throw new Error("away");
    };
    expect(await codeOf(id)).toBe("no_gateway");
    expect((await room.browser.api("POST", `/machines/${id}/wake`)).status).toBe(403);
    expect(broker.gateway.woken).toEqual([]);
  });
});

describe("connecting", () => {
  test("starts a machine that is off, says so with a time to come back, and gets there when it answers", async () => {
    const { id, poolId } = await addMachine();
    await probed(id, "down");
    const connect = () => room.browser.api("POST", `/desktops/${poolId}/connections`, {});
    const shown = async () =>
      (await room.browser.api("GET", "/desktops")).body.items.find(
        (one: { id: string }) => one.id === poolId,
      );
    expect(await shown()).toMatchObject({ machineState: "down", refusal: null });
    const refused = await connect();
    expect([refused.status, refused.body.error.code]).toEqual([503, "machine_starting"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(broker.gateway.woken).toEqual([{ macAddress: MAC, host: HOST }]);
    expect(await audited("machine.woken")).toMatchObject([{ actorName: "ada", detail: { poolId } }]);
    // Asked again at once, nothing more is sent, and nobody has a session on a machine that is off.
    expect((await connect()).body.error.code).toBe("machine_starting");
    expect(broker.gateway.woken).toHaveLength(1);
    expect((await room.admin.api("GET", "/sessions")).body.items).toEqual([]);
    expect(await audited("desktop.refused")).toEqual([]);
    await probed(id, "up");
    expect((await connect()).status).toBe(201);
    expect(broker.gateway.woken).toHaveLength(1);
  });

  test("is refused as before where the machine has no address to be woken by, or cannot be", async () => {
    const { id, poolId } = await addMachine({ macAddress: null });
    await probed(id, "down");
    const codeOf = async (pool: string) =>
      (await room.browser.api("POST", `/desktops/${pool}/connections`, {})).body.error.code;
    expect(await codeOf(poolId)).toBe("machine_down");
    await room.admin.api("PATCH", `/machines/${id}`, { macAddress: MAC });
    broker.gateway.onWake = async () => {
      throw new Error("away");
    };
    expect(await codeOf(poolId)).toBe("machine_down");
    const [{ detail }] = (await audited("desktop.refused")) as [{ detail: object }];
    expect(detail).toMatchObject({ code: "machine_down", hop: "health" });
  });

  test("takes a machine that is on before one that would have to be started", async () => {
    const [off, on] = [await addMachine(), await addMachine({ name: "Awake", macAddress: null })];
    await probed(off.id, "down");
    const fields = { name: "Float", kind: "floating", machineIds: [off.id, on.id] };
    const pool = (await room.admin.api("POST", "/pools", fields)).body;
    await room.admin.api("POST", "/entitlements", { poolId: pool.id, userId: room.ada.id });
    expect((await room.browser.api("POST", `/desktops/${pool.id}/connections`, {})).status).toBe(201);
    expect(broker.gateway.woken).toEqual([]);
    // The next one needs the other.
    const bob = (await room.admin.api("POST", "/users", { name: "bob", displayName: "Bob" })).body;
    await room.admin.api("POST", "/entitlements", { poolId: pool.id, userId: bob.id });
    const browser = await signIn(broker, "bob");
    const answer = await browser.api("POST", `/desktops/${pool.id}/connections`, {});
    expect(answer.body.error.code).toBe("machine_starting");
    expect(broker.gateway.woken).toEqual([{ macAddress: MAC, host: HOST }]);
  });

  test("to one's own session wakes its machine too, and the way is open meanwhile", async () => {
    const { id, poolId } = await addMachine();
    await probed(id, "up");
    const connect = () => room.browser.api("POST", `/desktops/${poolId}/connections`, {});
    const { sessionId } = (await connect()).body;
    expect(broker.gateway.woken).toEqual([]);
    await probed(id, "down");
    expect((await connect()).body.sessionId).toBe(sessionId);
    expect(broker.gateway.woken).toHaveLength(1);
  });
});

describe("a wish", () => {
  const actor = { userId: undefined, name: "test", address: "local" };
  let features: Awaited<ReturnType<typeof openTestFeatures>>;
  let machineId: string;
  let zoneId: string;

  beforeEach(async () => {
    features = await openTestFeatures();
    const { machines, zones } = features.services;
    ({ id: zoneId } = await zones.create({ name: "Plant", description: "" }, actor));
    const fields = { name: "Sleeper", description: "", host: HOST, isDeclaredLocal: false, zoneId } as const;
    const protocols = [{ protocol: "rdp", port: 3389 }] as const;
    const more = { macAddress: MAC, trust: "first-use" } as const;
    ({ id: machineId } = await machines.create({ ...fields, ...more, protocols }, actor));
  });
  afterEach(() => features.close());

  async function join(id: string, zone: string | null): Promise<MemoryGateway> {
    const row = { id, name: id, publicKey: "", zoneId: zone, lastSeenAt: null, version: "", removedAt: null };
    await features.db
      .insertInto("gateways")
      .values({ ...row, addedAt: 1 })
      .execute();
    const gateway = new MemoryGateway();
    features.gateways.attach(id, gateway.calls);
    features.gateways.registered(id);
    return gateway;
  }

  test("of a program without gateways is fulfilled once, by every gateway of the machine's zone and no other", async () => {
    const { waking } = features.services;
    expect(await waking.wake(machineId, actor)).toEqual({ state: "waiting", gateways: [] });
    const office = await features.services.zones.create({ name: "Office", description: "" }, actor);
    const elsewhere = await join("elsewhere", office.id);
    await features.reconciler.runOnce();
    const [one, other] = [await join("one", zoneId), await join("other", zoneId)];
    const anywhere = await join("anywhere", null);
    await features.reconciler.runOnce();
    await features.reconciler.runOnce();
    const packet = { macAddress: MAC, host: HOST };
    for (const { woken } of [one, other, anywhere]) expect(woken).toEqual([packet]);
    expect(elsewhere.woken).toEqual([]);
  });

  test("that no gateway could fulfil in its time is forgotten", async () => {
    await features.services.waking.wake(machineId, actor);
    features.clock.advance(WISH_LIFETIME_MS + 1);
    const gateway = await join("late", zoneId);
    await features.reconciler.runOnce();
    expect(gateway.woken).toEqual([]);
    expect((await features.services.waking.wake(machineId, actor)).state).toBe("sent");
  });

  test("is explained beforehand, and explaining wakes nothing", async () => {
    const gateway = await join("one", zoneId);
    await new MachineHealthStore(features.db).write({ machineId, state: "down", since: 1, detail: "" });
    const { users, entitlements, machines, explain } = features.services;
    const { user } = await users.ensureAdministrator();
    const { poolId } = await machines.find(machineId);
    await entitlements.create({ poolId, userId: user.id, groupId: null }, actor);
    const asked = { userId: user.id, poolId, protocol: undefined, address: undefined };
    const explanation = await explain.explain(asked);
    expect(explanation).toMatchObject({ outcome: "machine_starting", machineName: "Sleeper" });
    const health = explanation.hops.find(({ hop }) => hop === "health");
    expect(health).toMatchObject({ verdict: "ok", sentence: expect.stringMatching(/Wake-on-LAN/) });
    expect(explanation.hops.at(-1)).toMatchObject({ hop: "probe", verdict: "skipped" });
    expect(gateway.woken).toEqual([]);
  });
});
