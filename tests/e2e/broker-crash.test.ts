/** The broker is killed at every step of handing a machine out and of taking it back; its gateway lives on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultPoint } from "@deskgate/broker";
import { TICKET_LIFETIME_MS } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CrashingBroker, GATEWAY_ID, OutlivingGateway } from "../testbed/crashing-broker.ts";

const RELEASE_AFTER_MS = 1_000;
const CLAIM_POINTS = ["claim:before-commit", "claim:committed", "claim:reserved", "claim:ready"] as const;
const ENDING_POINTS = ["ending:before-commit", "ending:committed", "ending:withdrawn"] as const;
/** The reconciler works by itself every five seconds. */
const RECONCILED = { timeout: 25_000, interval: 200 };
/** How far ahead the broker's clock has to be for every ticket from before its end to be over, and every lease with it. */
const TICKETS_OVER_MS = 2 * TICKET_LIFETIME_MS;

let directory: string;
let gateway: OutlivingGateway;
let broker: CrashingBroker;
let poolId: string;
const cookies = new Map<string, string>();

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into replies of every shape
  readonly body: any;
}

async function api(who: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${broker.url}/api/v1${path}`, {
    method,
    headers: {
      ...{ origin: broker.url, cookie: cookies.get(who) ?? "" },
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const [cookie] = response.headers.getSetCookie();
  if (cookie) cookies.set(who, cookie.split(";", 1)[0] ?? "");
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function signIn(who: string): Promise<void> {
  const answer = await api(who, "POST", "/sign-in/link", { secret: await broker.signInLink(who) });
  expect(answer.status).toBe(200);
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "deskgate-broker-"));
  gateway = new OutlivingGateway();
  await start();
  await signIn("admin");
  const machine = { name: "Only one", host: "192.0.2.10", protocols: [{ protocol: "vnc", port: 5901 }] };
  const { id: machineId } = (await api("admin", "POST", "/machines", machine)).body;
  const release = { afterDisconnectMs: RELEASE_AFTER_MS, onSignOut: false };
  const pool = { name: "Float", kind: "floating", machineIds: [machineId], release };
  poolId = (await api("admin", "POST", "/pools", pool)).body.id;
  for (const name of ["ada", "bob"]) {
    const { id: userId } = (await api("admin", "POST", "/users", { name, displayName: name })).body;
    await api("admin", "POST", "/entitlements", { poolId, userId });
    await signIn(name);
  }
});

afterEach(async () => {
  await broker.kill();
  cookies.clear();
  await rm(directory, { recursive: true, force: true });
});

async function start(aheadMs = 0): Promise<void> {
  broker = await CrashingBroker.start(join(directory, "deskgate.sqlite"), gateway, aheadMs);
}

const connect = (who: string) => api(who, "POST", `/desktops/${poolId}/connections`, {});
const sessions = async (state: string) => (await api("admin", "GET", `/sessions?state=${state}`)).body.items;

/** Does `work`, and the broker dies at `point` before it answers. */
async function killedAt(point: FaultPoint, work: () => Promise<unknown>): Promise<void> {
  const { killed } = await broker.arm(point);
  const answered = work().then(
    () => true,
    () => false,
  );
  await killed();
  expect(await answered).toBe(false);
}

/** ada has the machine, with a viewer on it. */
async function open(): Promise<{ readonly sessionId: string; readonly connectionId: string }> {
  const { body, status } = await connect("ada");
  expect(status).toBe(201);
  const { connectionId, sessionId } = body;
  gateway.open.add(connectionId);
  await broker.call("connectionOpened", { gatewayId: GATEWAY_ID, connectionId, viewerAddress: "192.0.2.9" });
  return { sessionId, connectionId };
}

/** bob gets the machine that ada had, and nobody else has it. */
async function expectFree(): Promise<void> {
  await expect.poll(async () => (await connect("bob")).status, RECONCILED).toBe(201);
  expect(await sessions("live")).toMatchObject([{ userName: "bob" }]);
  expect((await connect("ada")).body.error.code).toBe("pool_full");
}

describe.each(CLAIM_POINTS)("kill -9 at %s", (point) => {
  it("leaves no machine in two sessions, and the person gets theirs when they ask again", async () => {
    await killedAt(point, () => connect("ada"));
    await start();
    expect((await sessions("live")).length).toBeLessThanOrEqual(1);
    const again = await connect("ada");
    expect(again.status).toBe(201);
    expect(await sessions("live")).toMatchObject([{ id: again.body.sessionId, state: "ready" }]);
    expect((await connect("bob")).body.error.code).toBe("pool_full");
  });

  it("keeps no machine for somebody who does not ask again", async () => {
    await killedAt(point, () => connect("ada"));
    await start(TICKETS_OVER_MS);
    await expectFree();
    // Every connection of hers that was written has ended, and its ticket with it.
    const hers = (await sessions("ended")).flatMap(
      ({ connections }: { readonly connections: unknown[] }) => connections,
    );
    for (const connection of hers) expect(connection).toMatchObject({ state: "ended" });
  });
});

describe.each(ENDING_POINTS)("kill -9 at %s", (point) => {
  it("while a session is killed: it is over or it is not, and the gateway's viewer goes with it", async () => {
    const { sessionId, connectionId } = await open();
    await killedAt(point, () => api("admin", "DELETE", `/sessions/${sessionId}`));
    await start();
    const [live] = await sessions("live");
    if (point === "ending:before-commit") {
      // Nothing was written, so nothing is lost either: the viewer is still on.
      expect(live).toMatchObject({ id: sessionId, state: "active", connections: [{ state: "open" }] });
      expect(gateway.open).toContain(connectionId);
      expect((await api("admin", "DELETE", `/sessions/${sessionId}`)).status).toBe(204);
    } else expect(live).toBeUndefined();
    expect(gateway.open.size).toBe(0);
    expect((await api("admin", "GET", `/connections/${connectionId}`)).body).toMatchObject({
      endReason: "killed",
    });
    await expectFree();
  });

  it("while a machine is given back by its pool's rule: it is given back once, and only then to another", async () => {
    const { sessionId, connectionId } = await open();
    const report = { connectionId, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
    gateway.open.delete(connectionId);
    await broker.call("connectionClosed", {
      gatewayId: GATEWAY_ID,
      report,
      reason: "viewer_left",
      detail: "",
    });
    expect(await sessions("live")).toMatchObject([{ id: sessionId, state: "disconnected" }]);
    const { killed } = await broker.arm(point);
    await killed();
    await start();
    const before = await sessions("live");
    if (point === "ending:before-commit")
      expect(before).toMatchObject([{ id: sessionId, state: "disconnected" }]);
    else expect(before).toEqual([]);
    await expectFree();
    const ended = await sessions("ended");
    expect(ended).toMatchObject([{ id: sessionId, endReason: "released" }]);
    const { items: story } = (await api("admin", "GET", `/sessions/${sessionId}/story`)).body;
    expect(story.filter(({ event }: { readonly event: string }) => event === "ended")).toHaveLength(1);
  });
});

it("a viewer that stays on through the broker's end keeps its session, however long the broker is away", async () => {
  const { sessionId, connectionId } = await open();
  await broker.kill();
  await start(60 * 60_000);
  await broker.call("report", {
    gatewayId: GATEWAY_ID,
    connections: [{ connectionId, bytesToViewer: 1, bytesToTarget: 1, idleMs: 0 }],
  });
  const [session] = await sessions("live");
  expect(session).toMatchObject({ id: sessionId, state: "active", connections: [{ state: "open" }] });
  expect(Date.parse(session.leaseExpiresAt)).toBeGreaterThan(Date.now() + 60 * 60_000);
  expect((await connect("bob")).body.error.code).toBe("pool_full");
});
