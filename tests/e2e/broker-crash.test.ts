/**
 * The broker is killed at every step of handing a machine out and of taking it back, on either database; its gateway
 * lives on.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultPoint } from "@deskgate/broker";
import { TICKET_LIFETIME_MS } from "@deskgate/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLAIM_POINTS, CrashSite, ENDING_POINTS, type Room } from "../testbed/crash-site.ts";
import { type BrokerDatabase, GATEWAY_ID } from "../testbed/crashing-broker.ts";
import { startPostgres } from "../testbed/postgres.ts";

/** How far ahead the broker's clock has to be for every ticket from before its end to be over, and every lease with it. */
const TICKETS_OVER_MS = 2 * TICKET_LIFETIME_MS;
const HOUR_MS = 60 * 60_000;
/** A reconciler that leaves the test time to look first. */
const SLOW_ROUNDS_MS = 3_000;

interface Prepared {
  readonly database: BrokerDatabase;
  remove(): Promise<void>;
}

const DATABASES: Readonly<Record<BrokerDatabase["kind"], () => Promise<Prepared>>> = {
  sqlite: async () => {
    const directory = await mkdtemp(join(tmpdir(), "deskgate-broker-"));
    return {
      database: { kind: "sqlite", file: join(directory, "deskgate.sqlite") },
      remove: () => rm(directory, { recursive: true, force: true }),
    };
  },
  postgres: async () => {
    const cluster = await startPostgres();
    cluster.createDatabase("deskgate");
    const { port, user, password } = cluster;
    return {
      database: { kind: "postgres", port, user, password, name: "deskgate" },
      remove: () => cluster.remove(),
    };
  },
};

describe.each(["sqlite", "postgres"] as const)("on %s", (kind) => {
  let prepared: Prepared;
  let site: CrashSite;
  let room: Room;

  beforeAll(async () => {
    prepared = await DATABASES[kind]();
    site = await CrashSite.open(prepared.database);
  });
  beforeEach(async () => {
    await site.revive();
    room = await site.furnish();
  });
  afterEach(async () => {
    await site.revive();
    await room.clear();
  });
  afterAll(async () => {
    await site?.close();
    await prepared?.remove();
  });

  /** Does `work`, and the broker dies at `point` before it answers. */
  async function killedAt(point: FaultPoint, work: () => Promise<unknown>): Promise<void> {
    const { killed } = await site.broker.arm(point);
    const answered = work().then(
      () => true,
      () => false,
    );
    await killed();
    expect(await answered).toBe(false);
  }

  describe.each(CLAIM_POINTS)("kill -9 at %s", (point) => {
    it("leaves no machine in two sessions, and the person gets theirs when they ask again", async () => {
      await killedAt(point, () => room.connect(room.ada));
      await site.start();
      await room.expectHers();
    });

    it("keeps no machine for somebody who does not ask again", async () => {
      await killedAt(point, () => room.connect(room.ada));
      await site.start({ aheadMs: TICKETS_OVER_MS });
      await room.expectFree();
      await room.expectNoneLeft();
    });
  });

  describe.each(ENDING_POINTS)("kill -9 at %s", (point) => {
    it("while a session is killed: it is over or it is not, and the gateway's viewer goes with it", async () => {
      const { sessionId, connectionId } = await room.open();
      await killedAt(point, () => room.kill(sessionId));
      await site.start();
      const [live] = await room.sessions("live");
      if (point === "ending:before-commit") {
        // Nothing was written, so nothing is lost either: the viewer is still on.
        expect(live).toMatchObject({ id: sessionId, state: "active", connections: [{ state: "open" }] });
        expect(site.gateway.open).toContain(connectionId);
        expect((await room.kill(sessionId)).status).toBe(204);
      } else expect(live).toBeUndefined();
      expect(site.gateway.open.size).toBe(0);
      await room.expectEndedOnce(sessionId, "killed");
      await room.expectFree();
    });

    it("while a machine is given back by its pool's rule: it is given back once, and only then to another", async () => {
      const { sessionId, connectionId } = await room.open();
      const { killed } = await site.broker.arm(point);
      await room.leave(connectionId);
      await killed();
      await site.start({ roundIntervalMs: SLOW_ROUNDS_MS });
      const before = await room.sessions("live");
      if (point === "ending:before-commit")
        expect(before).toMatchObject([{ id: sessionId, state: "disconnected" }]);
      else expect(before).toEqual([]);
      await room.expectFree();
      await room.expectEndedOnce(sessionId, "released");
    });
  });

  it("a viewer that stays on through the broker's end keeps its session, however long the broker is away", async () => {
    const { sessionId, connectionId } = await room.open();
    await site.broker.kill();
    await site.start({ aheadMs: HOUR_MS });
    await site.broker.call("report", {
      gatewayId: GATEWAY_ID,
      connections: [{ connectionId, bytesToViewer: 1, bytesToTarget: 1, idleMs: 0 }],
    });
    const [session] = await room.sessions("live");
    expect(session).toMatchObject({ id: sessionId, state: "active", connections: [{ state: "open" }] });
    expect(Date.parse(session.leaseExpiresAt)).toBeGreaterThan(Date.now() + HOUR_MS);
    expect((await room.connect(room.bob)).body.error.code).toBe("pool_full");
  });

  it("the audit is whole after all of this", async () => {
    expect(await site.broker.isAuditWhole()).toBe(true);
  });
});
