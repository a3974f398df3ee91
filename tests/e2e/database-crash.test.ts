/**
 * The database is killed at every step of handing a machine out and of taking it back, under a broker that lives on:
 * people are told so meanwhile, everything goes on by itself, and nothing is lost or doubled.
 */
import type { FaultPoint } from "@deskgate/broker";
import { REPORT_INTERVAL_MS, TICKET_LIFETIME_MS } from "@deskgate/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Answer, CLAIM_POINTS, CrashSite, ENDING_POINTS, type Room } from "../testbed/crash-site.ts";
import { GATEWAY_ID } from "../testbed/crashing-broker.ts";
import { type LosingProxy, startLosingProxy } from "../testbed/losing-proxy.ts";
import { type PostgresCluster, startPostgres } from "../testbed/postgres.ts";

/** For every ticket to be over, and every lease with it. */
const TICKETS_OVER_MS = 2 * TICKET_LIFETIME_MS;
const NEVER_MS = 60 * 60_000;
const BACK = { timeout: 20_000, interval: 50 };
const AWAY = { status: 503, body: { error: { code: "database_unavailable", retryAfterSeconds: 2 } } };

let cluster: PostgresCluster;

beforeAll(async () => {
  cluster = await startPostgres({ isDurable: true });
});
afterAll(() => cluster?.remove());

function openSite(
  name: string,
  { port = cluster.port, ...start }: { readonly port?: number; readonly roundIntervalMs?: number } = {},
): Promise<CrashSite> {
  cluster.createDatabase(name);
  const { user, password } = cluster;
  return CrashSite.open({ kind: "postgres", port, user, password, name }, start);
}

/** What a gateway says every few seconds. */
async function report(site: CrashSite): Promise<void> {
  const numbers = { bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
  const connections = [...site.gateway.open].map((connectionId) => ({ connectionId, ...numbers }));
  await site.broker.call("report", { gatewayId: GATEWAY_ID, connections });
}

describe("kill -9 of the database", () => {
  let site: CrashSite;
  let room: Room;

  beforeAll(async () => {
    site = await openSite("killed");
  });
  beforeEach(async () => {
    await report(site);
    room = await site.furnish();
  });
  afterEach(() => room.clear());
  afterAll(() => site?.close());

  const listMachines = () => site.api("admin", "GET", "/machines");

  /** The database dies while `work` is at `point`, and comes back; returns what `work` was answered. */
  async function databaseDiesAt(point: FaultPoint, work: () => Promise<Answer>): Promise<Answer> {
    const { reached, goOn } = await site.broker.arm(point);
    const answer = work();
    await reached();
    await cluster.kill();
    expect(await listMachines()).toMatchObject(AWAY);
    goOn();
    const given = await answer;
    await comeBack();
    return given;
  }

  async function comeBack(): Promise<void> {
    await cluster.start();
    await expect.poll(async () => (await listMachines()).status, BACK).toBe(200);
  }

  /** The broker's clock goes on while its gateway goes on reporting. */
  async function pass(durationMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += 2 * REPORT_INTERVAL_MS) {
      site.broker.advance(2 * REPORT_INTERVAL_MS);
      await report(site);
    }
  }

  describe.each(CLAIM_POINTS)("at %s", (point) => {
    /** Only what is finished is answered as such. */
    const wanted = point === "claim:ready" ? { status: 201 } : AWAY;

    it("leaves no machine in two sessions, and the person gets theirs when they ask again", async () => {
      expect(await databaseDiesAt(point, () => room.connect(room.ada))).toMatchObject(wanted);
      await room.expectHers();
    });

    it("keeps no machine for somebody who does not ask again", async () => {
      expect(await databaseDiesAt(point, () => room.connect(room.ada))).toMatchObject(wanted);
      await pass(TICKETS_OVER_MS);
      await room.expectFree();
      await room.expectNoneLeft();
    });
  });

  describe.each(ENDING_POINTS)("at %s", (point) => {
    it("while a session is killed: it is over or it is not, and the gateway's viewer goes with it", async () => {
      const { sessionId } = await room.open();
      const answer = await databaseDiesAt(point, () => room.kill(sessionId));
      const [live] = await room.sessions("live");
      if (point === "ending:before-commit") {
        expect(answer).toMatchObject(AWAY);
        // Nothing was written, so nothing is lost either: the viewer is still on.
        expect(live).toMatchObject({ id: sessionId, state: "active", connections: [{ state: "open" }] });
        expect(site.gateway.open.size).toBe(1);
        expect((await room.kill(sessionId)).status).toBe(204);
      } else {
        expect(answer.status).toBe(204);
        expect(live).toBeUndefined();
      }
      expect(site.gateway.open.size).toBe(0);
      await room.expectEndedOnce(sessionId, "killed");
      await room.expectFree();
    });

    it("while a machine is given back by its pool's rule: it is given back once, and only then to another", async () => {
      const { sessionId, connectionId } = await room.open();
      const { reached, goOn } = await site.broker.arm(point);
      await room.leave(connectionId);
      await reached();
      await cluster.kill();
      expect(await room.connect(room.bob)).toMatchObject(AWAY);
      goOn();
      await comeBack();
      await room.expectFree();
      await room.expectEndedOnce(sessionId, "released");
    });
  });

  it("while a viewer comes and another leaves: the gateway's next report puts both right", async () => {
    const { sessionId, connectionId } = await room.open();
    const second = (await room.connect(room.ada)).body.connectionId;
    await cluster.kill();
    site.gateway.open.add(second);
    const opened = { gatewayId: GATEWAY_ID, connectionId: second, viewerAddress: "192.0.2.9" };
    await expect(site.broker.call("connectionOpened", opened)).rejects.toThrow();
    await expect(room.leave(connectionId)).rejects.toThrow();
    await comeBack();
    await pass(4 * REPORT_INTERVAL_MS);
    const [live] = await room.sessions("live");
    expect(live).toMatchObject({ id: sessionId, state: "active" });
    const states = live.connections.map(({ id, state }: { readonly id: string; readonly state: string }) => [
      id,
      state,
    ]);
    expect(new Map(states)).toEqual(
      new Map([
        [connectionId, "ended"],
        [second, "open"],
      ]),
    );
  });

  it("the audit is whole after all of this", async () => {
    expect(await site.broker.isAuditWhole()).toBe(true);
  });
});

describe("an answer to a commit that is lost on its way", () => {
  let site: CrashSite;
  let proxy: LosingProxy;
  let room: Room;

  beforeAll(async () => {
    proxy = await startLosingProxy(cluster.port);
    // The reconciler's rounds commit, too.
    site = await openSite("lost", { port: proxy.port, roundIntervalMs: NEVER_MS });
  });
  beforeEach(async () => {
    room = await site.furnish();
  });
  afterEach(() => room.clear());
  afterAll(async () => {
    await site?.close();
    await proxy?.close();
  });

  /** `work` does its first change, and the broker does not hear that it was made. */
  async function losing(point: FaultPoint, work: () => Promise<Answer>): Promise<Answer> {
    const { reached, goOn } = await site.broker.arm(point);
    const answer = work();
    await reached();
    const isLost = proxy.loseNextCommit();
    goOn();
    await isLost;
    return answer;
  }

  it("while a machine is handed out: it is the person's when they ask again, and nobody else's", async () => {
    expect(await losing("claim:before-commit", () => room.connect(room.ada))).toMatchObject(AWAY);
    expect(await room.sessions("live")).toMatchObject([{ userName: room.ada, state: "preparing" }]);
    await room.expectHers();
  });

  it("while a session is killed: it is over, and its viewer goes with the gateway's next report", async () => {
    const { sessionId } = await room.open();
    expect(await losing("ending:before-commit", () => room.kill(sessionId))).toMatchObject(AWAY);
    expect(await room.sessions("live")).toEqual([]);
    expect(site.gateway.open.size).toBe(1);
    await report(site);
    expect(site.gateway.open.size).toBe(0);
    await room.expectEndedOnce(sessionId, "killed");
    await room.expectFree();
  });

  it("the audit is whole after all of this", async () => {
    expect(await site.broker.isAuditWhole()).toBe(true);
  });
});
