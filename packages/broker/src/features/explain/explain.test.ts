import { HOPS, type Hop, PERMISSION_NAMES } from "@deskgate/contract";
import fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../domain/caller.ts";
import { type ChoosingFacts, type MachineFacts, type Way, walk } from "../../domain/choosing.ts";
import { MemoryGateway, openTestFeatures } from "../../testing.ts";

let features: Awaited<ReturnType<typeof openTestFeatures>>;
let ada: Caller;
let userId: string;
const actor = { userId: undefined, name: "test", address: "192.0.2.1" };

beforeEach(async () => {
  features = await openTestFeatures();
  features.gateways.attach("g1", new MemoryGateway().calls);
  features.gateways.registered("g1");
  const { users, signIn } = features.services;
  const fields = { name: "ada", displayName: "Ada", role: "user", groupIds: [] } as const;
  ({ id: userId } = await users.create(
    { ...fields, password: undefined },
    { ...actor, signInId: "", permissions: PERMISSION_NAMES },
  ));
  const { path } = await users.createLink(userId, 60_000, actor);
  const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
  ({ caller: ada } = await signIn.withLink(path.reveal().split("#")[1] ?? "", origin));
});
afterEach(() => features.close());

/** The memory gateway's probe reaches port 5901 and no other. */
async function addPool(port = 5901): Promise<{ readonly poolId: string; readonly machineId: string }> {
  const { machines, pools, entitlements } = features.services;
  const fields = { name: "Desk", description: "", host: "192.0.2.10", isDeclaredLocal: false } as const;
  const protocols = [{ protocol: "vnc", port }] as const;
  const { id: machineId } = await machines.create({ ...fields, protocols, trust: "first-use" }, actor);
  const release = { afterDisconnectMs: 60_000, onSignOut: false };
  const pool = {
    name: "Float",
    description: "",
    kind: "floating",
    machineIds: [machineId],
    release,
  } as const;
  const { id: poolId } = await pools.create(pool, actor);
  await entitlements.create({ poolId, userId, groupId: null }, actor);
  return { poolId, machineId };
}

const explain = (poolId: string) =>
  features.services.explain.explain({ userId, poolId, protocol: undefined, address: "192.0.2.9" });

async function failedHop(poolId: string): Promise<readonly [string, Hop | undefined]> {
  const { outcome, hops } = await explain(poolId);
  return [outcome, hops.find(({ verdict }) => verdict === "failed")?.hop];
}

/** What asking says, with the same code. */
async function askedFor(poolId: string): Promise<string> {
  const asked = features.services.desktops.connect(ada, {
    poolId,
    protocol: undefined,
    address: "192.0.2.9",
  });
  return asked.then(
    () => "would-connect",
    (cause: { readonly code: string }) => cause.code,
  );
}

/** Every row of every table. */
async function everything(): Promise<string> {
  const tables = await features.db.introspection.getTables();
  const rows = tables.map(async ({ name }) => {
    const { rows: all } = await sql`select * from ${sql.table(name)}`.execute(features.db);
    return [name, all];
  });
  expect(tables.length).toBeGreaterThan(20);
  return JSON.stringify(await Promise.all(rows));
}

test("a way that is open is walked to a real probe, and nothing changes by it", async () => {
  const { poolId } = await addPool();
  const before = await everything();
  const explanation = await explain(poolId);
  expect(explanation).toMatchObject({ outcome: "would-connect", sentence: "", machineName: "Desk" });
  expect(explanation.hops.map(({ hop }) => hop)).toEqual(HOPS);
  expect(explanation.hops.at(-1)).toMatchObject({ hop: "probe", verdict: "ok" });
  expect(await everything()).toBe(before);
  expect(await askedFor(poolId)).toBe("would-connect");
  expect(await everything()).not.toBe(before);
});

test("a machine that does not answer is found by the probe alone", async () => {
  const { poolId } = await addPool(5999);
  expect(await failedHop(poolId)).toEqual(["target_unreachable", "probe"]);
  expect((await explain(poolId)).sentence).toMatch(/does not answer/);
});

test("one's own session is offered again, and the story is the same", async () => {
  const { poolId } = await addPool();
  await askedFor(poolId);
  const { outcome, hops } = await explain(poolId);
  expect(outcome).toBe("would-connect");
  expect(hops.find(({ hop }) => hop === "session")).toMatchObject({ verdict: "ok" });
});

describe("a way that is closed is named with its hop, and asking says the same", () => {
  const ways: readonly (readonly [string, Hop, (poolId: string) => Promise<unknown>])[] = [
    ["desktop_not_entitled", "entitlement", () => features.db.deleteFrom("entitlements").execute()],
    [
      "pool_empty",
      "pool",
      (poolId) => features.services.pools.setMachines(poolId, { machineIds: [] }, actor),
    ],
    ["pool_full", "pool", (poolId) => takeAway(poolId)],
    ["machine_protocol_missing", "protocol", () => features.db.deleteFrom("machineProtocols").execute()],
    ["no_gateway", "gateway", async () => features.clock.advance(60_000)],
  ];
  test.each(ways)("%s at %s", async (code, hop, close) => {
    const { poolId } = await addPool();
    await close(poolId);
    expect(await failedHop(poolId)).toEqual([code, hop]);
    expect(await askedFor(poolId)).toBe(code);
    const [desktop] = await features.services.desktops.list(ada, "192.0.2.9");
    if (code !== "desktop_not_entitled") expect(desktop?.refusal).toBe(code);
  });

  test("user_disabled at identity", async () => {
    const { poolId } = await addPool();
    await features.db.updateTable("users").set({ disabledAt: 1 }).where("id", "=", userId).execute();
    expect(await failedHop(poolId)).toEqual(["user_disabled", "identity"]);
  });
});

/** Somebody else has the only machine. */
async function takeAway(poolId: string): Promise<void> {
  const { users, entitlements, signIn, desktops } = features.services;
  const fields = { name: "bob", displayName: "Bob", role: "user", groupIds: [] } as const;
  const { id } = await users.create(
    { ...fields, password: undefined },
    { ...actor, signInId: "", permissions: PERMISSION_NAMES },
  );
  await entitlements.create({ poolId, userId: id, groupId: null }, actor);
  const { path } = await users.createLink(id, 60_000, actor);
  const origin = { address: "192.0.2.8", userAgent: "", previousToken: undefined };
  const { caller } = await signIn.withLink(path.reveal().split("#")[1] ?? "", origin);
  await desktops.connect(caller, { poolId, protocol: undefined, address: "192.0.2.8" });
}

describe("the walk alone", () => {
  const machine: MachineFacts = {
    ...{ id: "m", name: "M", protocols: ["rdp", "vnc"], health: "unknown" },
    ...{ isInMaintenance: false, canBeWoken: false, zoneId: undefined },
  };
  const open: ChoosingFacts = {
    user: { id: "u", name: "ada", isDisabled: false },
    pool: { id: "p", name: "P", kind: "floating" },
    isEntitled: true,
    access: { isWithinWindow: true, isNetworkAllowed: true },
    policy: { maxSessions: undefined, protocols: undefined },
    ...{ wanted: undefined, liveSessions: 0, session: undefined, assigned: undefined },
    ...{
      machineCount: 1,
      free: [machine],
      gateways: [{ id: "g", name: "G", zoneId: undefined, connections: 0 }],
    },
  };
  const refusalOf = (facts: Partial<ChoosingFacts>) => {
    const { outcome } = walk({ ...open, ...facts }, () => 0);
    if ("wakes" in outcome) return `wakes ${outcome.wakes.machine.id}`;
    return "refused" in outcome ? outcome.refused : outcome.way.machine.id;
  };

  test.each<readonly [string, Partial<ChoosingFacts>]>([
    ["m", {}],
    ["outside_time_window", { access: { isWithinWindow: false, isNetworkAllowed: true } }],
    ["network_not_allowed", { access: { isWithinWindow: true, isNetworkAllowed: false } }],
    ["session_limit_reached", { policy: { maxSessions: 1, protocols: undefined }, liveSessions: 1 }],
    ["protocol_not_allowed", { policy: { maxSessions: undefined, protocols: ["ssh"] } }],
    ["protocol_not_allowed", { policy: { maxSessions: undefined, protocols: ["vnc"] }, wanted: "rdp" }],
    ["machine_protocol_missing", { wanted: "ssh" }],
    ["machine_down", { free: [{ ...machine, health: "down" }] }],
    ["wakes m", { free: [{ ...machine, health: "down", canBeWoken: true }] }],
    [
      "wakes can",
      {
        free: [
          { ...machine, health: "down" },
          { ...machine, id: "can", health: "down", canBeWoken: true },
        ],
      },
    ],
    // One that is on is taken before one that would have to be started.
    ["m", { free: [machine, { ...machine, id: "can", health: "down", canBeWoken: true }] }],
    ["machine_in_maintenance", { free: [{ ...machine, isInMaintenance: true, canBeWoken: true }] }],
    ["no_gateway", { free: [{ ...machine, health: "down", canBeWoken: true }], gateways: [] }],
    ["m", { session: { id: "s", machine: { ...machine, health: "down", canBeWoken: true } }, free: [] }],
    ["machine_in_maintenance", { free: [{ ...machine, isInMaintenance: true, health: "down" }] }],
    [
      "zone_without_gateway",
      {
        free: [{ ...machine, zoneId: "z" }],
        gateways: [{ id: "g", name: "G", zoneId: "y", connections: 0 }],
      },
    ],
    [
      "up",
      { free: [machine, { ...machine, id: "up", health: "up" }, { ...machine, id: "down", health: "down" }] },
    ],
    // Whoever is on a machine may come back to it.
    ["m", { session: { id: "s", machine: { ...machine, health: "down", isInMaintenance: true } }, free: [] }],
    [
      "m",
      { session: { id: "s", machine }, policy: { maxSessions: 1, protocols: undefined }, liveSessions: 1 },
    ],
  ])("comes to %s", (wanted, facts) => {
    expect(refusalOf(facts)).toBe(wanted);
  });

  test("takes the least loaded gateway of the machine's zone", () => {
    const gateways = [
      { id: "elsewhere", name: "E", zoneId: "y", connections: 0 },
      { id: "busy", name: "B", zoneId: "z", connections: 5 },
      { id: "idle", name: "I", zoneId: undefined, connections: 1 },
    ];
    const { outcome } = walk({ ...open, free: [{ ...machine, zoneId: "z" }], gateways }, () => 0);
    expect(outcome).toMatchObject({ way: { gateway: { id: "idle" } } });
  });

  test("whatever the facts, ends at a machine with a protocol and a gateway, or at exactly one failed hop", () => {
    const anyMachine = fc.record({
      ...{ id: fc.constantFrom("a", "b", "c"), name: fc.constant("M") },
      protocols: fc.subarray(["rdp", "ssh", "vnc"] as const),
      health: fc.constantFrom("up", "down", "unknown"),
      isInMaintenance: fc.boolean(),
      canBeWoken: fc.boolean(),
      zoneId: fc.constantFrom(undefined, "y", "z"),
    });
    const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
    const anyFacts: fc.Arbitrary<ChoosingFacts> = fc.record({
      user: maybe(fc.record({ id: fc.constant("u"), name: fc.constant("ada"), isDisabled: fc.boolean() })),
      pool: maybe(
        fc.record({
          ...{ id: fc.constant("p"), name: fc.constant("P") },
          kind: fc.constantFrom("machine", "dedicated", "floating"),
        }),
      ),
      isEntitled: fc.boolean(),
      access: fc.record({ isWithinWindow: fc.boolean(), isNetworkAllowed: fc.boolean() }),
      policy: fc.record({
        maxSessions: maybe(fc.nat(2)),
        protocols: maybe(fc.subarray(["rdp", "ssh", "vnc"] as const)),
      }),
      wanted: maybe(fc.constantFrom("rdp", "ssh", "vnc")),
      liveSessions: fc.nat(2),
      session: maybe(fc.record({ id: fc.constant("s"), machine: anyMachine })),
      assigned: maybe(fc.record({ machine: anyMachine, isTaken: fc.boolean() })),
      machineCount: fc.nat(3),
      free: fc.uniqueArray(anyMachine, { selector: ({ id }) => id }),
      gateways: fc.array(
        fc.record({
          ...{ id: fc.constantFrom("g", "h"), name: fc.constant("G") },
          zoneId: fc.constantFrom(undefined, "y", "z"),
          connections: fc.nat(3),
        }),
      ),
    });
    fc.assert(
      fc.property(anyFacts, fc.nat(), (facts, chance) => {
        const { outcome, hops } = walk(facts, (count) => chance % count);
        expect(hops.map(({ hop }) => hop)).toEqual(HOPS.slice(0, -1));
        const failed = hops.filter(({ verdict }) => verdict === "failed");
        expect(failed).toHaveLength("refused" in outcome ? 1 : 0);
        if ("refused" in outcome) return;
        expectWay(facts, outcome);
      }),
    );
  });
});

function expectWay(facts: ChoosingFacts, outcome: { readonly way: Way } | { readonly wakes: Way }): void {
  const isAsleep = "wakes" in outcome;
  const { machine, protocol, gateway } = isAsleep ? outcome.wakes : outcome.way;
  expect(machine.protocols).toContain(protocol);
  expect(facts.gateways.map(({ id }) => id)).toContain(gateway.id);
  if (facts.wanted !== undefined) expect(protocol).toBe(facts.wanted);
  if (isAsleep) expect([machine.health, machine.canBeWoken]).toEqual(["down", true]);
  if (facts.session) expect(isAsleep).toBe(false);
  else expect(machine.isInMaintenance || (machine.health === "down" && !isAsleep)).toBe(false);
}
