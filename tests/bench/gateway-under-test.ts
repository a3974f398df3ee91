/**
 * The product's data plane alone, for the bench: listener, admission and relay as they ship, and a broker's end that
 * only grants. Run as a process of its own, so that its CPU time and memory are the relay's and nobody else's.
 *
 *   gateway-under-test.ts PORT TARGET-PORT TICKETS KEY-FILE CERTIFICATE-FILE TICKET-FILE
 */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
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

const RESERVED_FOR_MS = 3_600_000;
const NO_LIMIT = { total: 100_000, perAddress: 100_000 };

const [port, targetPort, tickets, keyFile = "", certificateFile = "", ticketFile = ""] =
  process.argv.slice(2);

/** Errors are shown; the lines of ordinary ends would only fill a pipe nobody reads. */
const log: Log = {
  error: (fields, message) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
  warn: () => {},
  info: () => {},
  debug: () => {},
};

const granting: BrokerCalls = {
  register: async () => ({}),
  connectionOpened: async () => ({}),
  tunnelsRefused: async () => ({}),
  connectionClosed: async () => ({}),
  report: async () => ({}),
  judgeIdentity: async () => ({ verdict: "unverified" }),
  admit: async () => ({ refused: "ticket_unknown" }),
};

const attached = Promise.withResolvers<GatewayCalls>();
await openGateway({
  gatewayId: "gateway-under-test",
  listen: { host: "127.0.0.1", port: Number(port) },
  certificate: await openCertificate({ keyFile, certificateFile }, log),
  limits: NO_LIMIT,
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
await writeFile(ticketFile, await reserve(await attached.promise));
process.stdout.write("ready\n");

/** Places one reservation per ticket; returns the tickets, one per line. */
async function reserve(gateway: GatewayCalls): Promise<string> {
  let lines = "";
  for (let i = 0; i < Number(tickets); i++) {
    const ticket = encodeTicket(randomBytes(TICKET_RANDOM_BYTES));
    await gateway.reserve({
      ticketHash: createHash("sha256").update(ticket).digest("hex"),
      expiresInMs: RESERVED_FOR_MS,
      admission: {
        connectionId: randomUUID(),
        sessionId: randomUUID(),
        userId: randomUUID(),
        machineId: randomUUID(),
        protocol: "vnc",
        uses: "once",
        target: { host: "127.0.0.1", port: Number(targetPort), isDeclaredLocal: true },
        credentialMode: "none",
        credential: {},
        limits: { idleMs: 0, absoluteMs: 0, bytesPerSecond: 0 },
        policy: OPEN_POLICY,
      },
    });
    lines += `${ticket}\n`;
  }
  return lines;
}
