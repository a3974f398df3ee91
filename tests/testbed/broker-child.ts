/**
 * A broker in a program of its own, for tests that end it at a named point: its gateway is in the parent and outlives
 * it. Both ends of the link, and the points, pass through the channel that Node opens to a child.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { type DatabaseSettings, type FaultPoint, openBroker } from "@deskgate/broker";
import { type BrokerCalls, DeskgateError, type GatewayCalls, type Log, Secret } from "@deskgate/contract";
import type { BrokerDatabase, BrokerSettings, FromBroker, ToBroker } from "./crashing-broker.ts";

const settings = JSON.parse(process.argv[2] ?? "") as BrokerSettings; // as the parent wrote it
const { gatewayId, roundIntervalMs } = settings;
let { aheadMs } = settings;
const silent = () => undefined;
const log: Log = {
  error: (fields, message) => {
    // Where a test takes the database away, that is no news.
    const { code = fields.cause instanceof DeskgateError ? fields.cause.code : "" } = fields;
    if (code !== "database_unavailable")
      process.stderr.write(`${message} ${String(fields.cause ?? fields.detail ?? "")}\n`);
  },
  warn: silent,
  info: silent,
  debug: silent,
};

let armed: FaultPoint | undefined;
let goOn: () => void = silent;
const waiting = new Map<number, (reply: unknown) => void>();
let lastCall = 0;

function tell(message: FromBroker): void {
  process.send?.(message);
}

function askGateway(name: keyof GatewayCalls) {
  return (request: unknown) =>
    new Promise<never>((resolve) => {
      const call = ++lastCall;
      waiting.set(call, resolve as (reply: unknown) => void); // the parent answers with what the call promises
      tell({ type: "gateway-call", call, name, request });
    });
}

function databaseOf(database: BrokerDatabase): DatabaseSettings {
  if (database.kind === "sqlite") return database;
  const password = new Secret(database.password);
  return { ...database, password, host: "127.0.0.1", tls: undefined, maxConnections: 10 };
}

const broker = await openBroker({
  database: databaseOf(settings.database),
  ...{ sealingKey: new Uint8Array(32).fill(7), version: "0.0.0-test", log, roundIntervalMs },
  consoleDirectory: undefined,
  clock: { now: () => Date.now() + aheadMs },
  faults: {
    reach: async (point) => {
      if (point !== armed) return;
      armed = undefined;
      // What happens next is the end, or what the parent allows.
      const isAllowed = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      tell({ type: "reached", point });
      await isAllowed;
    },
  },
});

process.on("message", (message: ToBroker) => {
  switch (message.type) {
    case "arm":
      armed = message.point;
      tell({ type: "armed" });
      return;
    case "go-on":
      goOn();
      return;
    case "advance":
      aheadMs += message.durationMs;
      return;
    case "verify-audit":
      void broker.audit.verify().then(({ isWhole }) => tell({ type: "audit-verified", isWhole }));
      return;
    case "gateway-reply":
      waiting.get(message.call)?.(message.reply);
      waiting.delete(message.call);
      return;
    case "broker-call":
      void answer(message.call, message.name, message.request);
      return;
    case "sign-in-link":
      void signInLink(message.userName);
      return;
  }
});

async function answer(call: number, name: keyof BrokerCalls, request: unknown): Promise<void> {
  const handle = broker.calls[name] as (received: unknown) => Promise<unknown>; // the parent sends what the call takes
  try {
    tell({ type: "broker-reply", call, reply: await handle(request) });
  } catch (cause) {
    tell({ type: "broker-refusal", call, reason: String(cause) });
  }
}

async function signInLink(userName: string): Promise<void> {
  const { path } = await broker.setup.createSignInLink(userName, 60_000);
  tell({ type: "sign-in-link", secret: path.split("#")[1] ?? "" });
}

await broker.setup.ensureAdministrator();
broker.attachGateway(gatewayId, {
  reserve: askGateway("reserve"),
  revoke: askGateway("revoke"),
  probe: askGateway("probe"),
  wake: askGateway("wake"),
});
const server = createServer(broker.handleRequest);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  tell({ type: "listening", port });
});
