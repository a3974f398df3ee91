/** Many people who ask for few machines at the same moment. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../domain/caller.ts";
import { newLastingDatabase } from "../../store/testing.ts";
import { MemoryGateway, openTestFeatures } from "../../testing.ts";

const GATEWAY = "g1";
let features: Awaited<ReturnType<typeof openTestFeatures>>;

beforeEach(async () => {
  features = await openBroker();
});
afterEach(() => features.close());

async function openBroker(options: Parameters<typeof openTestFeatures>[0] = {}) {
  const opened = await openTestFeatures(options);
  opened.gateways.attach(GATEWAY, new MemoryGateway().calls);
  opened.gateways.registered(GATEWAY);
  return opened;
}

const person = { userId: undefined, name: "test", address: "192.0.2.1" };

async function makeMachines(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const fields = {
      ...{ name: `Machine ${number}`, description: "", host: "192.0.2.10", isDeclaredLocal: false },
      ...({ protocols: [{ protocol: "vnc", port: 5901 }], trust: "first-use" } as const),
    };
    ids.push((await features.services.machines.create(fields, person)).id);
  }
  return ids;
}

async function makePool(kind: "floating" | "dedicated", machineIds: readonly string[]) {
  const release = { afterDisconnectMs: 60_000, onSignOut: false };
  const fields = { name: `A ${kind} pool`, description: "", kind, machineIds, release };
  return features.services.pools.create(fields, person);
}

/** People, each signed in, all entitled by their group. */
async function makeCrowd(count: number, poolId: string): Promise<readonly Caller[]> {
  const { db, clock } = features;
  const id = (kind: string, number: number) => `${kind}-0000-4000-8000-${String(number).padStart(12, "0")}`;
  const numbers = Array.from({ length: count }, (_, number) => number);
  const now = clock.now();
  const { id: groupId } = await features.services.groups.create(
    { name: "Crowd", memberIds: [], memberGroupIds: [] },
    person,
  );
  for (const number of numbers) {
    const userId = id("aaaaaaaa", number);
    const name = `person${number}`;
    await db
      .insertInto("users")
      .values({
        ...{ id: userId, name, displayName: name, role: "user", passwordHash: null, disabledAt: null },
        ...{ lastSignInAt: null, createdAt: now },
      })
      .execute();
    await db
      .insertInto("signIns")
      .values({
        ...{
          id: id("bbbbbbbb", number),
          tokenHash: `token ${number}`,
          userId,
          createdAt: now,
          lastSeenAt: now,
        },
        ...{ expiresAt: now + 3_600_000, address: "192.0.2.9", userAgent: "" },
      })
      .execute();
    await db.insertInto("groupMembers").values({ groupId, userId }).execute();
  }
  await features.services.entitlements.create({ poolId, userId: null, groupId }, person);
  return numbers.map((number) => ({
    ...{ userId: id("aaaaaaaa", number), userName: `person${number}`, displayName: "", role: "user" },
    ...{ hasPassword: false, permissions: [], signInId: id("bbbbbbbb", number) },
  }));
}

const ask = (caller: Caller, poolId: string, { services } = features) =>
  services.desktops.connect(caller, { poolId, protocol: undefined, address: "192.0.2.9" });

/** How often each code came, `granted` where there was none. */
function countOutcomes(outcomes: readonly PromiseSettledResult<unknown>[]): Readonly<Record<string, number>> {
  const count: Record<string, number> = {};
  for (const outcome of outcomes) {
    const word = outcome.status === "fulfilled" ? "granted" : String(outcome.reason.code ?? outcome.reason);
    count[word] = (count[word] ?? 0) + 1;
  }
  return count;
}

const liveSessions = () =>
  features.db.selectFrom("sessions").selectAll().where("state", "!=", "ended").execute();

test("of a thousand people at once for a hundred floating machines, a hundred get one each", async () => {
  const pool = await makePool("floating", await makeMachines(100));
  const crowd = await makeCrowd(1000, pool.id);
  const outcomes = await Promise.allSettled(crowd.map((caller) => ask(caller, pool.id)));
  expect(countOutcomes(outcomes)).toEqual({ granted: 100, pool_full: 900 });
  const live = await liveSessions();
  expect(new Set(live.map(({ machineId }) => machineId)).size).toBe(100);
  expect(new Set(live.map(({ userId }) => userId)).size).toBe(100);
  expect(live.every(({ state }) => state === "ready")).toBe(true);
  expect(await features.services.pools.readOccupancy(pool.id)).toMatchObject({ inUse: 100, free: 0 });
}, 120_000);

test("the last machine goes to one, however often and by however many it is asked for", async () => {
  const pool = await makePool("floating", await makeMachines(1));
  const crowd = await makeCrowd(10, pool.id);
  const outcomes = await Promise.allSettled([...crowd, ...crowd].map((caller) => ask(caller, pool.id)));
  // Whoever has it may ask again, and gets another ticket of the same session.
  expect(countOutcomes(outcomes)).toEqual({ granted: 2, pool_full: 18 });
  expect(await liveSessions()).toHaveLength(1);
});

test("two brokers on one database, each with half of the crowd, hand every machine out once", async () => {
  await features.close();
  const lasting = await newLastingDatabase();
  features = await openBroker({ database: lasting.settings });
  const other = await openBroker({ database: lasting.settings });
  const pool = await makePool("floating", await makeMachines(20));
  const crowd = await makeCrowd(120, pool.id);
  const outcomes = await Promise.allSettled(
    crowd.map((caller, number) => ask(caller, pool.id, number % 2 === 0 ? features : other)),
  );
  expect(countOutcomes(outcomes)).toEqual({ granted: 20, pool_full: 100 });
  const live = await liveSessions();
  expect(new Set(live.map(({ machineId }) => machineId)).size).toBe(20);
  expect(await features.services.audit.verify()).toMatchObject({ isWhole: true });
  await other.close();
  await lasting.remove();
}, 120_000);

describe("the database", () => {
  test("takes no second session that has a machine to itself", async () => {
    const pool = await makePool("floating", await makeMachines(2));
    const [one, two] = await makeCrowd(2, pool.id);
    if (!one || !two) throw new Error("a crowd of two has two people");
    await ask(one, pool.id);
    await ask(two, pool.id);
    const [first, second] = await liveSessions();
    const both = features.db
      .updateTable("sessions")
      .set({ machineId: first?.machineId ?? "" })
      .where("id", "=", second?.id ?? "");
    await expect(both.execute()).rejects.toMatchObject({ kind: "unique" });
  });
});

describe("a dedicated pool", () => {
  test("gives each of its people a machine of their own, for good", async () => {
    const pool = await makePool("dedicated", await makeMachines(3));
    const crowd = await makeCrowd(5, pool.id);
    const outcomes = await Promise.allSettled(crowd.map((caller) => ask(caller, pool.id)));
    expect(countOutcomes(outcomes)).toEqual({ granted: 3, pool_full: 2 });
    const assigned = await features.services.pools.listAssignments(pool.id);
    expect(new Set(assigned.map(({ machineId }) => machineId)).size).toBe(3);
    for (const { id } of await liveSessions()) await features.ending.kill(id, person);
    // Free machines, but all of them somebody's.
    const again = await Promise.allSettled(crowd.map((caller) => ask(caller, pool.id)));
    expect(again.map(({ status }) => status)).toEqual(outcomes.map(({ status }) => status));
    expect(await features.services.pools.listAssignments(pool.id)).toEqual(assigned);
  });

  test("gives a machine on that was taken back, and ends the session on it", async () => {
    const pool = await makePool("dedicated", await makeMachines(1));
    const [one, two] = await makeCrowd(2, pool.id);
    if (!one || !two) throw new Error("a crowd of two has two people");
    await ask(one, pool.id);
    await features.services.pools.removeAssignment(pool.id, { userId: one.userId }, person);
    expect(await liveSessions()).toEqual([]);
    await ask(two, pool.id);
    await expect(ask(one, pool.id)).rejects.toMatchObject({ code: "pool_full" });
  });
});

test("a machine of two pools has one person at a time", async () => {
  const machineIds = await makeMachines(1);
  const floating = await makePool("floating", machineIds);
  const dedicated = await makePool("dedicated", machineIds);
  const [one, two] = await makeCrowd(2, floating.id);
  if (!one || !two) throw new Error("a crowd of two has two people");
  await features.services.entitlements.create(
    { poolId: dedicated.id, userId: two.userId, groupId: null },
    person,
  );
  const { sessionId } = await ask(one, floating.id);
  await expect(ask(two, dedicated.id)).rejects.toMatchObject({ code: "pool_full" });
  await features.ending.kill(sessionId, person);
  await ask(two, dedicated.id);
  // It is somebody's now, whether they are on it or not.
  await expect(ask(one, floating.id)).rejects.toMatchObject({ code: "pool_full" });
});
