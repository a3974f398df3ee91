/**
 * A broker in a program of its own, for tests that end it at a named point: its gateway is in the parent and outlives
 * it. Both ends of the link, and the points, pass through the channel that Node opens to a child.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { type FaultPoint, openBroker } from "@deskgate/broker";
import type { BrokerCalls, GatewayCalls, Log } from "@deskgate/contract";
import type { FromBroker, ToBroker } from "./crashing-broker.ts";

const [databaseFile = "", gatewayId = "", aheadMs = "0"] = process.argv.slice(2);
const silent = () => undefined;
const log: Log = {
  error: (fields, message) =>
    process.stderr.write(`${message} ${String(fields.cause ?? fields.detail ?? "")}\n`),
  warn: silent,
  info: silent,
  debug: silent,
};

let armed: FaultPoint | undefined;
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

const broker = await openBroker({
  database: { kind: "sqlite", file: databaseFile },
  ...{ sealingKey: new Uint8Array(32).fill(7), version: "0.0.0-test", log },
  consoleDirectory: undefined,
  clock: { now: () => Date.now() + Number(aheadMs) },
  faults: {
    reach: async (point) => {
      if (point !== armed) return;
      tell({ type: "reached", point });
      // Nothing happens after this but the end.
      await new Promise(() => undefined);
    },
  },
});

process.on("message", (message: ToBroker) => {
  switch (message.type) {
    case "arm":
      armed = message.point;
      tell({ type: "armed" });
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
  tell({ type: "broker-reply", call, reply: await handle(request) });
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
