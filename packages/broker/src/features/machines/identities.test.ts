import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker } from "../../testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;
let madeAt: string;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
  broker.clock.advance(1_000);
  madeAt = new Date(broker.clock.now()).toISOString();
});
afterEach(() => broker.close());

const [ONE, TWO] = ["1".repeat(64), "2".repeat(64)];

async function show(fingerprint: string, isAuthorityVerified = false) {
  const { id: machineId } = room.machine;
  const shown = {
    machineId,
    protocol: "vnc",
    kind: "certificate",
    fingerprint,
    isAuthorityVerified,
  } as const;
  return (await broker.broker.calls.judgeIdentity({ ...shown, description: "CN=desk" })).verdict;
}

async function identities() {
  const { items } = (await room.admin.api("GET", "/machines")).body;
  return items[0].identities;
}

/** What was recorded since the machine and its users were made. */
async function actions() {
  const { items } = (await room.admin.api("GET", `/audit?from=${madeAt}`)).body;
  return items.map(({ action, actorName }: { action: string; actorName: string }) => [action, actorName]);
}

function trust(mode: string) {
  return room.admin.api("PATCH", `/machines/${room.machine.id}`, { trust: mode });
}

function accept(identityId: string) {
  return room.admin.api("POST", `/machines/${room.machine.id}/identities/${identityId}/accept`);
}

describe("a machine's certificate", () => {
  test("is recorded at its first use and trusted from then on", async () => {
    expect([await show(ONE), await show(ONE)]).toEqual(["trusted", "trusted"]);
    expect(await identities()).toMatchObject([
      { fingerprint: ONE, state: "accepted", acceptedBy: null, description: "CN=desk" },
    ]);
    expect(await actions()).toEqual([["machine.identity_recorded", "deskgate"]]);
  });

  test("that changed is refused with an alarm until an administrator accepts it", async () => {
    await show(ONE);
    expect([await show(TWO), await show(TWO)]).toEqual(["changed", "changed"]);
    expect(broker.log.lines.filter(({ level }) => level === "warn")).toHaveLength(2);
    const [first, second] = await identities();
    expect([first.state, second.state]).toEqual(["accepted", "refused"]);

    broker.clock.advance(1);
    const { body } = await accept(second.id);
    expect(body.identities).toMatchObject([
      { fingerprint: ONE, state: "refused" },
      { fingerprint: TWO, state: "accepted", acceptedBy: "admin" },
    ]);
    expect([await show(TWO), await show(ONE)]).toEqual(["trusted", "changed"]);
    const [newest] = (await room.admin.api("GET", "/audit?limit=1")).body.items;
    expect(newest).toMatchObject({
      action: "machine.identity_accepted",
      actorName: "admin",
      address: "127.0.0.1",
      subjectId: room.machine.id,
      detail: { fingerprint: TWO },
    });
    expect((await actions()).map(([action]: [string]) => action)).toContain("machine.identity_changed");
  });

  test("of twenty first uses at once is trusted where it is the first one's", async () => {
    const verdicts = await Promise.all(Array.from({ length: 20 }, (_, i) => show(i % 2 === 0 ? ONE : TWO)));
    expect(verdicts.filter((verdict) => verdict === "trusted")).toHaveLength(10);
    expect((await identities()).filter((one: { state: string }) => one.state === "accepted")).toHaveLength(1);
  });

  test("that must be pinned is not trusted before an administrator accepted it", async () => {
    await trust("pinned");
    expect(await show(ONE)).toBe("unverified");
    const [{ id }] = await identities();
    await accept(id);
    expect([await show(ONE), await show(TWO)]).toEqual(["trusted", "changed"]);
  });

  test("is trusted with an authority's word where that is asked for, and without only when accepted", async () => {
    await trust("authority");
    expect([await show(ONE), await show(ONE, true), await show(TWO, true)]).toEqual([
      "unverified",
      "trusted",
      "trusted",
    ]);
    await trust("first-use");
    expect(await show(ONE, true)).toBe("unverified");
  });

  test("of a machine that is gone is not trusted, and what is not there cannot be accepted", async () => {
    expect((await accept(room.machine.id)).status).toBe(404);
    await room.admin.api("DELETE", `/machines/${room.machine.id}`);
    expect(await show(ONE)).toBe("unverified");
  });
});

describe("a pool's policy", () => {
  test("reaches the next connection's admission, and the audit", async () => {
    const { poolId } = room.machine;
    const policy = { clipboardFromMachine: false, bytesPerSecond: 1000, idleMs: 5000 };
    const { body } = await room.admin.api("PUT", `/pools/${poolId}/policy`, policy);
    expect(body.policy).toMatchObject({ ...policy, clipboardToMachine: true, filesToMachine: true });
    const opened = (await room.browser.api("POST", `/desktops/${poolId}/connections`, {})).body;
    expect(opened.policy).toMatchObject({ clipboardFromMachine: false, filesToMachine: true });
    expect(broker.gateway.reservations[0]?.admission).toMatchObject({
      limits: { idleMs: 5000, absoluteMs: 0, bytesPerSecond: 1000 },
      policy: { clipboardFromMachine: false },
    });
    expect(await actions()).toContainEqual(["pool.policy_set", "admin"]);
    const nothing = "00000000-0000-4000-8000-000000000000";
    expect((await room.admin.api("PUT", `/pools/${nothing}/policy`, {})).status).toBe(404);
  });
});
