import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  MemoryGateway,
  machineFields,
  openTestBroker,
  openTestFeatures,
  signInAdministrator,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";

const SETUP = { userId: undefined, name: "setup", address: "" };
const NOWHERE = "00000000-0000-4000-8000-000000000000";
let broker: TestBroker;
let admin: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

describe("zones", () => {
  test("are added, renamed and removed, by a name of their own", async () => {
    const made = (await admin.api("POST", "/zones", { name: "Plant", description: "North" })).body;
    expect((await admin.api("POST", "/zones", { name: "Plant" })).body.error.code).toBe("name_taken");
    const renamed = await admin.api("PATCH", `/zones/${made.id}`, { name: "Works" });
    expect(renamed.body).toEqual({ ...made, name: "Works", version: 2 });
    const same = (await admin.api("PATCH", `/zones/${made.id}`, {})).body;
    expect(same).toEqual({ ...renamed.body, version: 3 });
    expect((await admin.api("GET", "/zones")).body.items).toEqual([same]);
    expect((await admin.api("DELETE", `/zones/${made.id}`)).status).toBe(204);
    expect((await admin.api("DELETE", `/zones/${made.id}`)).status).toBe(404);
    expect((await admin.api("PATCH", `/zones/${NOWHERE}`, { name: "x" })).status).toBe(404);
  });

  test("that a machine is in cannot be removed", async () => {
    const { id } = (await admin.api("POST", "/zones", { name: "Plant" })).body;
    const machine = (await admin.api("POST", "/machines", { ...machineFields("Desk"), zoneId: id })).body;
    expect(machine.zoneId).toBe(id);
    expect((await admin.api("DELETE", `/zones/${id}`)).body.error.code).toBe("still_in_use");
    await admin.api("PATCH", `/machines/${machine.id}`, { zoneId: null });
    expect((await admin.api("DELETE", `/zones/${id}`)).status).toBe(204);
  });
});

describe("a machine", () => {
  test("has tags, a zone, an address to wake it by, and may be in maintenance", async () => {
    const more = { tags: ["Lab ", "gpu", "lab"], macAddress: "00-00-5E-00-53-01", isInMaintenance: true };
    const made = (await admin.api("POST", "/machines", { ...machineFields("Desk"), ...more })).body;
    expect(made).toMatchObject({
      ...{ tags: ["gpu", "lab"], macAddress: "00:00:5e:00:53:01", isInMaintenance: true, zoneId: null },
      health: {
        state: "unknown",
        since: null,
        checkedAt: null,
        detail: expect.stringMatching(/^Not probed: VNC/),
      },
    });
    const changed = await admin.api("PATCH", `/machines/${made.id}`, { isInMaintenance: false, tags: [] });
    expect(changed.body).toEqual({ ...made, version: 2, isInMaintenance: false, tags: [] });
    expect((await admin.api("PATCH", `/machines/${made.id}`, { name: "Desk" })).body).toEqual({
      ...changed.body,
      version: 3,
    });
  });

  test("is probed by every protocol but VNC, and its state is there to be read", async () => {
    const features = await openTestFeatures();
    const probed: string[] = [];
    features.gateways.attach("g", {
      ...new MemoryGateway().calls,
      probe: async ({ protocol }) => {
        probed.push(protocol);
        return { isReachable: true, tookMs: 1, detail: "" };
      },
    });
    features.gateways.registered("g");
    const { machines, health } = features.services;
    const plain = { description: "", host: "192.0.2.1", isDeclaredLocal: false, trust: "first-use" } as const;
    const protocols = [{ protocol: "vnc", port: 5901 } as const, { protocol: "ssh", port: 22 } as const];
    const both = await machines.create({ ...plain, name: "both", protocols }, SETUP);
    const vnc = await machines.create({ ...plain, name: "vnc", protocols: protocols.slice(0, 1) }, SETUP);
    await health.runOnce();
    features.clock.advance(60_000);
    features.gateways.reported("g", []);
    await health.runOnce();
    expect(new Set(probed)).toEqual(new Set(["ssh"]));
    expect((await machines.find(both.id)).health).toMatchObject({ state: "up", detail: "ssh: answers" });
    expect([health.checkedAt(both.id), health.checkedAt(vnc.id)]).toEqual([expect.any(Number), undefined]);
    expect((await machines.find(vnc.id)).health.state).toBe("unknown");
    await features.close();
  });

  test.each([
    ["macAddress", "00:00:5e:00:53"],
    ["macAddress", "00:00-5e:00:53:01"],
    ["tags", ["a\u0000b"]],
    ["tags", ["<b>"]],
    ["zoneId", NOWHERE],
    ["health", { state: "up" }],
    ["builtIn", "demo"],
  ])("does not take %s as %j", async (field, value) => {
    const answer = await admin.api("POST", "/machines", { ...machineFields("Desk"), [field]: value });
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.error.fields)[0]).toMatch(new RegExp(`^${field}`));
    expect((await admin.api("GET", "/machines")).body.items).toEqual([]);
  });
});
