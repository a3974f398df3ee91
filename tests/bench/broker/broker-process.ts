/**
 * The broker under test, alone in its process: real HTTP, real database, and a gateway that takes every reservation at
 * once. Told what to do and asked for its CPU time over the process's own channel.
 */
import { createServer } from "node:http";
import process from "node:process";
import { type Broker, type DatabaseSettings, openBroker } from "@deskgate/broker";
import { type GatewayCalls, Secret } from "@deskgate/contract";

export interface BrokerOrder {
  readonly database:
    | { readonly kind: "sqlite"; readonly file: string }
    | {
        readonly kind: "postgres";
        readonly port: number;
        readonly user: string;
        readonly password: string;
        readonly name: string;
      };
  readonly clients: number;
  readonly flowsPerClient: number;
}

export interface BrokerReady {
  readonly port: number;
  /** Secrets of one-time links, per client one for each flow. */
  readonly links: readonly (readonly string[])[];
}

export const HASHED_USER = { name: "hashed", password: "a password to hash" };
const HOUR_MS = 3_600_000;
const UNLIMITED = { perSecond: 1_000_000, burst: 1_000_000 };
const quiet = () => undefined;

process.once("message", (order: BrokerOrder) => void serve(order));

async function serve(order: BrokerOrder): Promise<void> {
  const broker = await openBroker({
    database: settingsOf(order.database),
    sealingKey: new Uint8Array(32).fill(1),
    log: { error: console.error, warn: quiet, info: quiet, debug: quiet },
    version: "bench",
    consoleDirectory: undefined,
    rateLimits: { caller: UNLIMITED, address: UNLIMITED },
  });
  const gateway: GatewayCalls = {
    reserve: async () => ({}),
    revoke: async ({ connectionIds }) => ({ closed: connectionIds.length }),
    probe: async () => ({ isReachable: true, tookMs: 0, detail: "" }),
    wake: async () => ({ isSent: true, sentTo: "192.0.2.255:9", detail: "" }),
  };
  broker.attachGateway("bench", gateway);
  await broker.calls.register({ gatewayId: "bench", openConnectionIds: [] });
  // A gateway that says nothing for long counts as lost.
  const report = setInterval(() => void broker.calls.report({ gatewayId: "bench", connections: [] }), 2_000);
  const links = await furnish(broker, order);
  const server = createServer(broker.handleRequest);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  process.on("message", (message) => {
    if (message === "cpu") process.send?.(process.cpuUsage());
    if (message === "stop") {
      clearInterval(report);
      server.closeAllConnections();
      server.close();
      void broker.close().then(() => process.disconnect());
    }
  });
  process.send?.({ port, links } satisfies BrokerReady);
}

function settingsOf(database: BrokerOrder["database"]): DatabaseSettings {
  if (database.kind === "sqlite") return database;
  const { port, user, name } = database;
  const server = { host: "127.0.0.1", tls: undefined, maxConnections: 10 };
  return { kind: "postgres", ...server, port, user, name, password: new Secret(database.password) };
}

/** A user, a machine and an entitlement for each client, among two hundred others. */
async function furnish(
  broker: Broker,
  { clients, flowsPerClient }: BrokerOrder,
): Promise<BrokerReady["links"]> {
  await broker.setup.ensureAdministrator();
  const names = Array.from({ length: clients }, (_, index) => `client${index}`);
  const { errors } = await broker.setup.importSite(
    {
      groups: [{ name: "Everyone", members: names }],
      users: [...names.map((name) => ({ name })), HASHED_USER],
      machines: names.map((name) => ({ name: `Desk ${name}`, host: "192.0.2.1", protocols: ["vnc:5900"] })),
      entitlements: [
        ...names.map((name) => ({ pool: `Desk ${name}`, user: name })),
        { pool: "Desk client0", group: "Everyone" },
      ],
    },
    { isDryRun: false, operator: "bench" },
  );
  if (errors[0]) throw new Error(`the bench's site was refused: ${JSON.stringify(errors[0])}`);
  const links: string[][] = [];
  for (const name of names) {
    const own: string[] = [];
    for (let flow = 0; flow < flowsPerClient; flow++) {
      const { path } = await broker.setup.createSignInLink(name, HOUR_MS);
      own.push(path.split("#")[1] ?? "");
    }
    links.push(own);
  }
  return links;
}
