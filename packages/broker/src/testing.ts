/**
 * What the broker's tests share: a clock one can turn, a log one can read, a gateway that writes down what it is asked,
 * a broker behind a real HTTP server, and a browser that keeps its cookie. Not part of the program.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type EndReason,
  type GatewayCalls,
  type Log,
  type LogFields,
  type Reservation,
  SILENT_METER,
} from "@deskgate/contract";
import { composeBroker } from "./compose.ts";
import { type Faults, NO_FAULTS } from "./domain/faults.ts";
import { type Broker, type BrokerOptions, openBroker } from "./index.ts";
import { Gateways } from "./link/gateways.ts";
import { Reconciler } from "./reconcile/reconciler.ts";
import { createSealing } from "./secrets/sealing.ts";
import { Argon2Hasher } from "./sign-in/methods/password/argon2-hasher.ts";
import { openDatabase } from "./store/database.ts";
import { type DatabaseSettings, dialectOf } from "./store/dialects/settings.ts";
import { PruningStore } from "./store/prune-store.ts";
import { newTestDatabase } from "./store/testing.ts";
import { systemRandom } from "./system-random.ts";

export const TEST_FINGERPRINT = "ab".repeat(32);
export const TEST_KEY = new Uint8Array(32).fill(7);

/** Starts at the present, because cookies and certificates know no other time. */
export class TestClock {
  #now = Date.now();

  now(): number {
    return this.#now;
  }

  advance(durationMs: number): void {
    this.#now += durationMs;
  }
}

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

export function memoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, error: write("error"), warn: write("warn"), info: write("info"), debug: write("debug") };
}

/** A gateway that carries nothing and remembers everything. */
export class MemoryGateway {
  readonly reservations: Reservation[] = [];
  readonly revoked: { readonly connectionIds: readonly string[]; readonly reason: EndReason }[] = [];
  readonly woken: { readonly macAddress: string; readonly host: string }[] = [];
  /** Awaited inside each reservation; a test lets it throw, or does something in between. */
  onReserve: (reservation: Reservation) => Promise<void> = async () => undefined;
  onRevoke: () => Promise<void> = async () => undefined;
  /** Awaited inside each waking; a test lets it throw. */
  onWake: () => Promise<void> = async () => undefined;

  readonly calls: GatewayCalls = {
    reserve: async (reservation) => {
      await this.onReserve(reservation);
      this.reservations.push(reservation);
      return {};
    },
    revoke: async (request) => {
      await this.onRevoke();
      this.revoked.push(request);
      return { closed: request.connectionIds.length };
    },
    probe: async ({ target }) => ({ isReachable: target.port === 5901, tookMs: 1, detail: target.host }),
    wake: async (request) => {
      await this.onWake();
      this.woken.push(request);
      return { isSent: true, sentTo: "192.0.2.255:9", detail: "" };
    },
  };

  /** What was revoked, as one list per reason. */
  revokedFor(reason: EndReason): readonly string[] {
    return this.revoked.filter((call) => call.reason === reason).flatMap((call) => call.connectionIds);
  }
}

export interface TestBroker {
  readonly broker: Broker;
  readonly url: string;
  readonly port: number;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  readonly gateway: MemoryGateway;
  close(): Promise<void>;
}

const UNLIMITED = { perSecond: 1, burst: Number.MAX_SAFE_INTEGER };

export const GATEWAY_ID = "gateway-1";

/** A broker with one gateway, behind HTTP on a free port. */
export async function openTestBroker(options: Partial<BrokerOptions> = {}): Promise<TestBroker> {
  const clock = new TestClock();
  const log = memoryLog();
  const broker = await openBroker({
    ...{ sealingKey: TEST_KEY, version: "0.0.0-test", consoleDirectory: undefined },
    database: options.database ?? (await newTestDatabase()),
    // The clock stands still, and with it the buckets.
    rateLimits: { caller: UNLIMITED, address: UNLIMITED },
    ...{ clock, log },
    ...options,
  });
  const gateway = new MemoryGateway();
  broker.attachGateway(GATEWAY_ID, gateway.calls);
  await broker.calls.register({ gatewayId: GATEWAY_ID, openConnectionIds: [] });
  const server = createServer(broker.handleRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const close = async () => {
    await broker.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { broker, url: `http://127.0.0.1:${port}`, port, clock, log, gateway, close };
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  readonly body: any;
  readonly headers: Headers;
}

/** A browser window on the broker: keeps its cookie, names its origin. */
export class TestBrowser {
  readonly #url: string;
  cookie: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** `headers` replace the browser's own; an empty text leaves one out. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const own = {
      ...(method === "GET" ? {} : { origin: this.#url }),
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const sent = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== "");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = { method, headers: sent as [string, string][], redirect: "manual" } as const;
    const response = await fetch(`${this.#url}${path}`, body === undefined ? init : { ...init, body: text });
    const [cookie] = response.headers.getSetCookie();
    if (cookie) this.cookie = cookie.split(";", 1)[0];
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (isStream) await response.body?.cancel();
    const reply = isStream ? "" : await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, body: isJson ? JSON.parse(reply) : reply, headers: response.headers };
  }

  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.send(method, `/api/v1${path}`, body, headers);
  }
}

/** Signs in by link, which needs no password. */
export async function signIn(test: TestBroker, userName: string): Promise<TestBrowser> {
  const { path } = await test.broker.setup.createSignInLink(userName, 60_000);
  const browser = new TestBrowser(test.url);
  const answer = await browser.api("POST", "/sign-in/link", { secret: path.split("#")[1] });
  if (answer.status !== 200) throw new Error(`sign-in of ${userName} answered ${answer.status}`);
  return browser;
}

/** The first administrator's browser. */
export async function signInAdministrator(test: TestBroker): Promise<TestBrowser> {
  await test.broker.setup.ensureAdministrator();
  return signIn(test, "admin");
}

/** An administrator, a user `ada`, and a machine that she may use. */
export async function furnish(test: TestBroker) {
  const admin = await signInAdministrator(test);
  const ada = (await admin.api("POST", "/users", { name: "ada", displayName: "Ada" })).body;
  const machine = (await admin.api("POST", "/machines", machineFields("Desk one"))).body;
  const fields = { poolId: machine.poolId, userId: ada.id };
  const entitlement = (await admin.api("POST", "/entitlements", fields)).body;
  return { admin, ada, machine, entitlement, browser: await signIn(test, "ada") };
}

export function machineFields(name: string) {
  return { name, host: "192.0.2.10", protocols: [{ protocol: "vnc", port: 5901, password: "s3cret-pw" }] };
}

/** The features on a real database, without HTTP and without waiting. */
export async function openTestFeatures(
  options: { readonly database?: DatabaseSettings; readonly faults?: Faults } = {},
) {
  const clock = new TestClock();
  const log = memoryLog();
  const random = systemRandom;
  const { faults = NO_FAULTS } = options;
  const db = await openDatabase(dialectOf(options.database ?? (await newTestDatabase())));
  const gateways = new Gateways({ clock, random });
  // Cheap parameters: these tests are not about hashing.
  const hasher = new Argon2Hasher({ random, parameters: { memoryKib: 64, passes: 1, parallelism: 1 } });
  const slept: number[] = [];
  const sleep = async (durationMs: number) => void slept.push(durationMs);
  const sealing = createSealing(TEST_KEY, random);
  const linkFingerprint = () => TEST_FINGERPRINT;
  const version = "0.0.0-test";
  const surroundings = {
    db,
    gateways,
    hasher,
    sleep,
    sealing,
    linkFingerprint,
    version,
    clock,
    random,
    faults,
    log,
  };
  const composed = composeBroker({ ...surroundings, meter: SILENT_METER });
  const isSilent = (gatewayId: string) => gateways.isSilent(gatewayId);
  const reconciler = new Reconciler({
    ...{ ...composed, pruning: new PruningStore(db), isSilent, clock, log },
    audit: composed.services.audit,
  });
  return { ...composed, db, gateways, hasher, clock, log, slept, reconciler, close: () => db.destroy() };
}
