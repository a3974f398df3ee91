/**
 * The product's data plane alone, with one reservation per desktop and stored credentials. A process of its own, so that
 * its CPU time is the gateway's and nobody else's.
 *
 *   gateway-under-test.ts PLAN-AS-JSON
 *
 * Writes the tickets, one per line, and `ready`.
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import process from "node:process";
import {
  type BrokerCalls,
  encodeTicket,
  type GatewayCalls,
  type Log,
  OPEN_POLICY,
  TICKET_RANDOM_BYTES,
} from "@deskgate/contract";
import { openCertificate, openGateway } from "@deskgate/gateway";

export interface GatewayPlan {
  readonly port: number;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly protocol: "vnc" | "rdp";
  readonly machines: readonly {
    readonly port: number;
    readonly username: string;
    readonly password: string;
  }[];
}

const RESERVED_FOR_MS = 600_000;

// One the bench wrote itself.
const plan = JSON.parse(process.argv[2] ?? "") as GatewayPlan;

/** Errors and warnings are shown; the lines of ordinary ends would only fill a pipe nobody reads. */
const tell = (fields: object, message: string) =>
  void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
const log: Log = { error: tell, warn: tell, info: () => {}, debug: () => {} };

const granting: BrokerCalls = {
  register: async () => ({}),
  connectionOpened: async () => ({}),
  connectionClosed: async ({ reason, detail }) => {
    tell({ reason, detail }, "Connection closed");
    return {};
  },
  report: async () => ({}),
  tunnelsRefused: async () => ({}),
  judgeIdentity: async () => ({ verdict: "trusted" }),
  admit: async () => ({ refused: "ticket_unknown" }),
};

const { keyFile, certificateFile } = plan;
const attached = Promise.withResolvers<GatewayCalls>();
await openGateway({
  gatewayId: "gateway-under-test",
  listen: { host: "127.0.0.1", port: plan.port },
  certificate: await openCertificate({ keyFile, certificateFile }, log),
  limits: { total: 1_000, perAddress: 1_000 },
  firstBytesDeadlineMs: 10_000,
  log,
  link: {
    broker: granting,
    open: async (calls, join) => {
      attached.resolve(calls);
      await join();
    },
  },
  passOn: (_request, response) => response.writeHead(404).end(),
});
const gateway = await attached.promise;
for (const machine of plan.machines) process.stdout.write(`${await reserve(machine)}\n`);
process.stdout.write("ready\n");

async function reserve({ port, username, password }: GatewayPlan["machines"][number]): Promise<string> {
  const ticket = encodeTicket(randomBytes(TICKET_RANDOM_BYTES));
  const { protocol } = plan;
  await gateway.reserve({
    ticketHash: createHash("sha256").update(ticket).digest("hex"),
    expiresInMs: RESERVED_FOR_MS,
    admission: {
      connectionId: randomUUID(),
      sessionId: randomUUID(),
      userId: randomUUID(),
      machineId: randomUUID(),
      protocol,
      uses: "once",
      target: { host: "127.0.0.1", port, isDeclaredLocal: true },
      credentialMode: "stored",
      credential: protocol === "vnc" ? { password } : { username, password },
      limits: { idleMs: 0, absoluteMs: 0, bytesPerSecond: 0 },
      policy: OPEN_POLICY,
    },
  });
  return ticket;
}
