import { OPEN_POLICY, Secret } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newLastingDatabase } from "../../store/testing.ts";
import {
  machineFields,
  openTestBroker,
  signIn,
  signInAdministrator,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";

let broker: TestBroker;
let admin: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

const OPEN_POOL_POLICY = { ...OPEN_POLICY, idleMs: 0, absoluteMs: 0, bytesPerSecond: 0 };

async function addMachine(more: object = {}) {
  return admin.api("POST", "/machines", { ...machineFields("Desk"), ...more });
}

describe("machines", () => {
  test("come with a pool of one that carries their name", async () => {
    const { status, body } = await addMachine();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ name: "Desk", description: "", host: "192.0.2.10", isDeclaredLocal: false, isBuiltIn: false },
      protocols: [
        { protocol: "vnc", port: 5901, credentialMode: "stored", hasPassword: true, hasPrivateKey: false },
      ],
    });
    const pools = async () => (await admin.api("GET", "/pools")).body.items;
    expect(await pools()).toMatchObject([
      { id: body.poolId, name: "Desk", kind: "machine", machineIds: [body.id], policy: OPEN_POOL_POLICY },
    ]);
    await admin.api("PATCH", `/machines/${body.id}`, { name: "Table" });
    expect(await pools()).toMatchObject([{ name: "Table" }]);
    await admin.api("DELETE", `/machines/${body.id}`);
    expect(await pools()).toEqual([]);
  });

  test("have names of their own", async () => {
    await addMachine();
    expect((await addMachine()).body.error.code).toBe("name_taken");
    const { id } = (await addMachine({ name: "Other" })).body;
    expect((await admin.api("PATCH", `/machines/${id}`, { name: "Desk" })).body.error.code).toBe(
      "name_taken",
    );
    expect((await admin.api("GET", "/pools")).body.items).toHaveLength(2);
  });

  test("keep their password unless it is replaced or removed", async () => {
    const { body } = await addMachine();
    const change = async (more: object) => {
      const protocols = [{ protocol: "vnc", port: 5902, ...more }];
      return (await admin.api("PATCH", `/machines/${body.id}`, { protocols })).body.protocols;
    };
    expect(await change({})).toMatchObject([{ protocol: "vnc", port: 5902, hasPassword: true }]);
    expect(await change({ password: null })).toMatchObject([
      { protocol: "vnc", port: 5902, hasPassword: false },
    ]);
    expect(await change({ password: "new" })).toMatchObject([
      { protocol: "vnc", port: 5902, hasPassword: true },
    ]);
  });

  test("keep secrets only while they are to be used", async () => {
    const { body } = await addMachine();
    const change = async (more: object) => {
      const protocols = [{ protocol: "vnc", port: 5902, ...more }];
      return (await admin.api("PATCH", `/machines/${body.id}`, { protocols })).body.protocols;
    };
    const named = { credentialMode: "prompt", username: "ada", domain: "LAB" };
    expect(await change(named)).toMatchObject([{ ...named, hasPassword: false }]);
    expect(await change({})).toMatchObject([{ ...named, hasPassword: false }]);
    expect(await change({ credentialMode: "stored" })).toMatchObject([{ hasPassword: false }]);
    const key = { privateKey: "KEY", passphrase: "PASS" };
    expect(await change(key)).toMatchObject([{ credentialMode: "stored", hasPrivateKey: true }]);
  });

  test("name each protocol once", async () => {
    const protocols = [...machineFields("x").protocols, ...machineFields("x").protocols];
    expect((await addMachine({ protocols })).body.error.fields).toHaveProperty("protocols");
  });

  test("are probed by a gateway", async () => {
    const { body } = await addMachine();
    const answer = await admin.api("POST", `/machines/${body.id}/probe`);
    expect(answer.body).toEqual({ isReachable: true, tookMs: 1, detail: "192.0.2.10" });
    broker.clock.advance(60_000);
    expect((await admin.api("POST", `/machines/${body.id}/probe`)).body.error.code).toBe("no_gateway");
  });
});

describe("an address that belongs to the gateway", () => {
  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.1.1", "localhost"])(
    "%s is refused",
    async (host) => {
      const answer = await addMachine({ host });
      expect([answer.status, answer.body.error.code]).toEqual([422, "machine_address_refused"]);
      expect(answer.body.error.fields.host).toMatch(/Declare/);
    },
  );

  test("is taken where the machine is declared to run there, and not a moment longer", async () => {
    const { status, body } = await addMachine({ host: "127.0.0.1", isDeclaredLocal: true });
    expect(status).toBe(201);
    const undeclared = await admin.api("PATCH", `/machines/${body.id}`, { isDeclaredLocal: false });
    expect(undeclared.body.error.code).toBe("machine_address_refused");
  });

  test.each(["169.254.169.254", "0.0.0.0", "::", "224.0.0.1", "fd00:ec2::254"])(
    "%s is refused even then",
    async (host) => {
      expect((await addMachine({ host, isDeclaredLocal: true })).body.error.code).toBe(
        "machine_address_refused",
      );
    },
  );

  test.each(["2130706433", "0x7f000001", "127.1", "192.0.2.1:22", "http://x", "a b", "a\r\nb", ""])(
    "%s is no address at all",
    async (host) => {
      expect((await addMachine({ host })).body.error.fields).toHaveProperty("host");
    },
  );

  test("is refused when an existing machine is moved there", async () => {
    const { body } = await addMachine();
    const answer = await admin.api("PATCH", `/machines/${body.id}`, { host: "127.0.0.1" });
    expect(answer.body.error.code).toBe("machine_address_refused");
    expect((await admin.api("GET", "/machines")).body.items[0].host).toBe("192.0.2.10");
  });
});

describe("entitlements", () => {
  test("name one pool and one holder that exist, once", async () => {
    const { poolId } = (await addMachine()).body;
    const { id: userId } = (await admin.api("GET", "/me")).body;
    const nowhere = "00000000-0000-4000-8000-000000000000";
    const add = (body: object) => admin.api("POST", "/entitlements", body);
    const made = await add({ poolId, userId });
    expect([made.status, made.body]).toMatchObject([201, { poolId, userId, groupId: null }]);
    expect((await add({ poolId, userId })).body.error.code).toBe("name_taken");
    expect((await add({ poolId, userId: nowhere })).body.error.fields).toHaveProperty("userId");
    expect((await add({ poolId, groupId: nowhere })).body.error.fields).toHaveProperty("groupId");
    expect((await add({ poolId: nowhere, userId })).body.error.fields).toHaveProperty("poolId");
    expect((await add({ poolId })).status).toBe(422);
    expect((await add({ poolId, userId, groupId: nowhere })).status).toBe(422);
    expect((await admin.api("GET", "/entitlements")).body.items).toEqual([made.body]);
    expect((await admin.api("DELETE", `/entitlements/${nowhere}`)).status).toBe(404);
  });
});

describe("the built-in machine", () => {
  const demo = {
    name: "Demo",
    description: "To try",
    host: "127.0.0.1",
    port: 5901,
    password: new Secret("first"),
  };

  test("is made once, entitled to the first administrator, and brought up to date", async () => {
    await broker.broker.setup.ensureBuiltInMachine(demo);
    await broker.broker.setup.ensureBuiltInMachine({ ...demo, port: 5905, password: new Secret("second") });
    const { items } = (await admin.api("GET", "/machines")).body;
    expect(items).toMatchObject([
      { name: "Demo", isBuiltIn: true, isDeclaredLocal: true, protocols: [{ port: 5905 }] },
    ]);
    const [desktop] = (await admin.api("GET", "/desktops")).body.items;
    await admin.api("POST", `/desktops/${desktop.id}/connections`, {});
    expect(broker.gateway.reservations[0]?.admission.credential).toEqual({ password: "second" });
  });

  test("is kept by the program: administrators can hand it out, but not change it", async () => {
    await broker.broker.setup.ensureBuiltInMachine(demo);
    const [machine] = (await admin.api("GET", "/machines")).body.items;
    const change = await admin.api("PATCH", `/machines/${machine.id}`, { name: "Mine" });
    expect(change.body.error.fields).toHaveProperty("isBuiltIn");
    expect((await admin.api("DELETE", `/machines/${machine.id}`)).status).toBe(422);
    const { id: userId } = (await admin.api("POST", "/users", { name: "ada", displayName: "Ada" })).body;
    await admin.api("POST", "/entitlements", { poolId: machine.poolId, userId });
    expect((await (await signIn(broker, "ada")).api("GET", "/desktops")).body.items).toHaveLength(1);
  });

  test("does not come back to an administrator who gave it away", async () => {
    await broker.broker.setup.ensureBuiltInMachine(demo);
    const [entitlement] = (await admin.api("GET", "/entitlements")).body.items;
    await admin.api("DELETE", `/entitlements/${entitlement.id}`);
    await broker.broker.setup.ensureBuiltInMachine(demo);
    expect((await admin.api("GET", "/desktops")).body.items).toEqual([]);
  });

  test("finds another name where its own is taken, and goes when it is not wanted", async () => {
    await addMachine({ name: "Demo" });
    await broker.broker.setup.ensureBuiltInMachine(demo);
    const names = async () =>
      (await admin.api("GET", "/machines")).body.items.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(["Demo", "Demo 2"]);
    await broker.broker.setup.removeBuiltInMachine();
    await broker.broker.setup.removeBuiltInMachine();
    expect(await names()).toEqual(["Demo"]);
  });
});

test("doctor sees every target and a healthy store", async () => {
  await addMachine();
  expect(await broker.broker.setup.listMachineTargets()).toMatchObject([
    {
      machineName: "Desk",
      protocol: "vnc",
      target: { host: "192.0.2.10", port: 5901, isDeclaredLocal: false },
    },
  ]);
  expect(await broker.broker.setup.checkStore()).toMatchObject({
    isHealthy: true,
    detail: "ok",
    migrationsPending: 0,
  });
});

test("passwords are unreadable in the database, and everything is there again after a restart", async () => {
  const { settings: database, readAll, remove } = await newLastingDatabase();
  const first = await openTestBroker({ database });
  const window = await signInAdministrator(first);
  await window.api("POST", "/machines", machineFields("Desk"));
  await first.close();
  const stored = await readAll();
  expect(stored).toContain("Desk");
  expect(stored).not.toContain("s3cret-pw");
  const second = await openTestBroker({ database });
  const items = (await (await signIn(second, "admin")).api("GET", "/machines")).body.items;
  expect(items).toMatchObject([{ name: "Desk", protocols: [{ hasPassword: true }] }]);
  await second.close();
  await remove();
});
