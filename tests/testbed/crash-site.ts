/**
 * A site for tests that end something in the middle of handing a machine out: a broker that can be killed, the gateway
 * that outlives it, and as often as wanted one machine for two people.
 */
import type { FaultPoint } from "@deskgate/broker";
import { expect } from "vitest";
import { type BrokerDatabase, CrashingBroker, GATEWAY_ID, OutlivingGateway } from "./crashing-broker.ts";

export const CLAIM_POINTS = [
  "claim:before-commit",
  "claim:committed",
  "claim:reserved",
  "claim:ready",
] as const satisfies readonly FaultPoint[];
export const ENDING_POINTS = [
  "ending:before-commit",
  "ending:committed",
  "ending:withdrawn",
] as const satisfies readonly FaultPoint[];

export const RELEASE_AFTER_MS = 1_000;
const ROUND_INTERVAL_MS = 100;
/** Many rounds of the reconciler, on a machine that has other things to do. */
const RECONCILED = { timeout: 20_000, interval: 100 };

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into replies of every shape
  readonly body: any;
}

interface Start {
  /** How far the broker's clock is before the system's. */
  readonly aheadMs?: number;
  readonly roundIntervalMs?: number;
}

export class CrashSite {
  readonly gateway = new OutlivingGateway();
  readonly #database: BrokerDatabase;
  readonly #cookies = new Map<string, string>();
  #broker: CrashingBroker | undefined;
  #rooms = 0;

  private constructor(database: BrokerDatabase) {
    this.#database = database;
  }

  /** On a database that may be empty; the administrator is signed in. */
  static async open(database: BrokerDatabase, start?: Start): Promise<CrashSite> {
    const site = new CrashSite(database);
    await site.start(start);
    await site.signIn("admin");
    return site;
  }

  get broker(): CrashingBroker {
    if (!this.#broker) throw new Error("the broker was never started");
    return this.#broker;
  }

  /** Starts the broker, again where it was killed. */
  async start({ aheadMs = 0, roundIntervalMs = ROUND_INTERVAL_MS }: Start = {}): Promise<void> {
    const settings = { database: this.#database, aheadMs, roundIntervalMs };
    this.#broker = await CrashingBroker.start(settings, this.gateway);
  }

  /** Starts the broker where a test that failed left it dead. */
  async revive(): Promise<void> {
    if (!this.broker.isAlive()) await this.start();
  }

  async close(): Promise<void> {
    await this.#broker?.kill();
  }

  async signIn(who: string): Promise<void> {
    const secret = await this.broker.signInLink(who);
    const answer = await this.api(who, "POST", "/sign-in/link", { secret });
    expect(answer.status).toBe(200);
  }

  async api(who: string, method: string, path: string, body?: unknown): Promise<Answer> {
    const { url } = this.broker;
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...{ origin: url, cookie: this.#cookies.get(who) ?? "" },
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie) this.#cookies.set(who, cookie.split(";", 1)[0] ?? "");
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** One floating machine and two people who may have it. */
  async furnish(): Promise<Room> {
    this.#rooms += 1;
    const number = this.#rooms;
    const protocols = [{ protocol: "vnc", port: 5901 }];
    const machine = { name: `Only one ${number}`, host: "192.0.2.10", protocols };
    const { id: machineId } = (await this.api("admin", "POST", "/machines", machine)).body;
    const release = { afterDisconnectMs: RELEASE_AFTER_MS, onSignOut: false };
    const pool = { name: `Float ${number}`, kind: "floating", machineIds: [machineId], release };
    const { id: poolId } = (await this.api("admin", "POST", "/pools", pool)).body;
    const people = [`ada${number}`, `bob${number}`] as const;
    for (const name of people) {
      const { id: userId } = (await this.api("admin", "POST", "/users", { name, displayName: name })).body;
      await this.api("admin", "POST", "/entitlements", { poolId, userId });
      await this.signIn(name);
    }
    return new Room(this, poolId, people);
  }
}

/** What can be asked of one machine and its two people. */
export class Room {
  readonly #site: CrashSite;
  readonly #poolId: string;
  readonly ada: string;
  readonly bob: string;

  constructor(site: CrashSite, poolId: string, [ada, bob]: readonly [string, string]) {
    this.#site = site;
    this.#poolId = poolId;
    this.ada = ada;
    this.bob = bob;
  }

  connect(who: string): Promise<Answer> {
    return this.#site.api(who, "POST", `/desktops/${this.#poolId}/connections`, {});
  }

  async sessions(state: string) {
    const answer = await this.#site.api("admin", "GET", `/sessions?state=${state}&poolId=${this.#poolId}`);
    return answer.body.items;
  }

  kill(sessionId: string): Promise<Answer> {
    return this.#site.api("admin", "DELETE", `/sessions/${sessionId}`);
  }

  /** Ends what is left, so that nothing of this room happens while another is looked at. */
  async clear(): Promise<void> {
    for (const { id } of await this.sessions("live")) await this.kill(id);
  }

  /** ada has the machine, with a viewer on it. */
  async open(): Promise<Opened> {
    const { body, status } = await this.connect(this.ada);
    expect(status).toBe(201);
    const { connectionId, sessionId } = body;
    this.#site.gateway.open.add(connectionId);
    await this.#site.broker.call("connectionOpened", {
      ...{ gatewayId: GATEWAY_ID, connectionId, viewerAddress: "192.0.2.9" },
    });
    return { sessionId, connectionId };
  }

  /** Her viewer leaves. */
  async leave(connectionId: string): Promise<void> {
    this.#site.gateway.open.delete(connectionId);
    const report = { connectionId, bytesToViewer: 0, bytesToTarget: 0, idleMs: 0 };
    await this.#site.broker.call("connectionClosed", {
      ...{ gatewayId: GATEWAY_ID, report, reason: "viewer_left", detail: "" },
    });
  }

  /** bob gets the machine that ada had, and nobody else has it. */
  async expectFree(): Promise<void> {
    await expect.poll(async () => (await this.connect(this.bob)).status, RECONCILED).toBe(201);
    expect(await this.sessions("live")).toMatchObject([{ userName: this.bob }]);
    expect((await this.connect(this.ada)).body.error.code).toBe("pool_full");
  }

  /** Whatever happened, ada gets one session when she asks again, and bob none beside it. */
  async expectHers(): Promise<void> {
    expect((await this.sessions("live")).length).toBeLessThanOrEqual(1);
    const again = await this.connect(this.ada);
    expect(again.status).toBe(201);
    expect(await this.sessions("live")).toMatchObject([{ id: again.body.sessionId, state: "ready" }]);
    expect((await this.connect(this.bob)).body.error.code).toBe("pool_full");
  }

  /** Every connection of a session that is over has ended, and its ticket with it. */
  async expectNoneLeft(): Promise<void> {
    const over: { readonly connections: readonly unknown[] }[] = await this.sessions("ended");
    for (const connection of over.flatMap(({ connections }) => connections))
      expect(connection).toMatchObject({ state: "ended" });
  }

  /** The session is over for `reason`, and its story and the audit say so once. */
  async expectEndedOnce(sessionId: string, reason: string): Promise<void> {
    expect(await this.sessions("ended")).toMatchObject([{ id: sessionId, endReason: reason }]);
    const { items: story } = (await this.#site.api("admin", "GET", `/sessions/${sessionId}/story`)).body;
    expect(story.filter(({ event }: { readonly event: string }) => event === "ended")).toHaveLength(1);
    const { body } = await this.#site.api(
      "admin",
      "GET",
      `/audit?action=session.ended&subject=session:${sessionId}`,
    );
    expect(body.items).toMatchObject([{ outcome: "ok", detail: { reason } }]);
  }
}

export interface Opened {
  readonly sessionId: string;
  readonly connectionId: string;
}
