/** A whole gateway for tests: real port, real TLS, a broker's end that records what it is told. Not imported by the product. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Admission,
  BROKER_CALLS,
  type BrokerCalls,
  encodeTicket,
  type GatewayCalls,
  type Log,
  type LogFields,
  OPEN_POLICY,
  TICKET_RANDOM_BYTES,
  TICKET_SUBPROTOCOL_PREFIX,
  TICKET_USES,
} from "@deskgate/contract";
import WebSocket from "ws";
import type { z } from "zod";
import {
  type CertificateStore,
  ensureSelfSigned,
  type Gateway,
  type GatewayOptions,
  openCertificate,
  openGateway,
} from "./index.ts";

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

/** Keeps every line, so that a test can look for what must and must not be there. */
export function recordingLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (fields: LogFields, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

type AdmissionChanges = Partial<Pick<Admission, "credential" | "policy" | "protocol">> & {
  readonly limits?: Partial<Admission["limits"]>;
};

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly log: ReturnType<typeof recordingLog>;
  readonly calls: GatewayCalls;
  /** What the gateway told the broker, in order. */
  readonly told: { readonly name: keyof BrokerCalls; readonly request: unknown }[];
  readonly origin: string;
  readonly certificate: CertificateStore;
  readonly certificateFiles: { readonly keyFile: string; readonly certificateFile: string };
  /** Places a reservation and returns its ticket. */
  reserve(
    target: Partial<Admission["target"]>,
    more?: AdmissionChanges & { readonly expiresInMs?: number },
  ): Promise<{ ticket: string; connectionId: string }>;
  /** Opens a tunnel as a browser would. */
  connect(ticket: string, origin?: string): WebSocket;
  close(): Promise<void>;
}

type Overrides = Partial<Pick<GatewayOptions, "limits" | "firstBytesDeadlineMs" | "passOn" | "meter">> & {
  readonly admit?: BrokerCalls["admit"];
  readonly host?: string;
  readonly judgeIdentity?: BrokerCalls["judgeIdentity"];
};

/** Starts a gateway on a port of the system's choice. */
export async function startGateway(overrides: Overrides = {}): Promise<GatewayUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), "deskgate-gateway-"));
  const certificateFiles = {
    keyFile: join(directory, "key.pem"),
    certificateFile: join(directory, "certificate.pem"),
  };
  await ensureSelfSigned(certificateFiles);
  const log = recordingLog();
  const certificate = await openCertificate(certificateFiles, log);
  const told: GatewayUnderTest["told"] = [];
  const broker = recordingBroker(told, overrides);
  const attached = Promise.withResolvers<GatewayCalls>();
  const gateway = await openGateway({
    gatewayId: "gateway-under-test",
    listen: { host: overrides.host ?? "127.0.0.1", port: 0 },
    certificate,
    limits: overrides.limits ?? { total: 10_000, perAddress: 10_000 },
    firstBytesDeadlineMs: overrides.firstBytesDeadlineMs ?? 10_000,
    log,
    ...(overrides.meter ? { meter: overrides.meter } : {}),
    link: {
      broker,
      open: async (calls, join) => {
        attached.resolve(calls);
        await join();
      },
    },
    passOn: overrides.passOn ?? ((_request, response) => response.end("passed on")),
  });
  const calls = await attached.promise;
  const origin = `https://127.0.0.1:${gateway.address.port}`;
  return {
    gateway,
    log,
    calls,
    told,
    origin,
    certificate,
    certificateFiles,
    reserve: (target, more = {}) => placeReservation(calls, target, more),
    connect: (ticket, from = origin) => openTunnel(origin, ticket, from),
    async close() {
      await gateway.close();
      certificate.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function recordingBroker(told: GatewayUnderTest["told"], { admit, judgeIdentity }: Overrides): BrokerCalls {
  const record =
    (name: keyof BrokerCalls) =>
    async (request: unknown): Promise<Record<string, never>> => {
      told.push({ name, request });
      return {};
    };
  return {
    register: record("register"),
    connectionOpened: record("connectionOpened"),
    tunnelsRefused: record("tunnelsRefused"),
    connectionClosed: record("connectionClosed"),
    report: record("report"),
    judgeIdentity: async (request) => {
      told.push({ name: "judgeIdentity", request });
      return judgeIdentity ? judgeIdentity(request) : { verdict: "trusted" };
    },
    admit: async (request) => {
      told.push({ name: "admit", request });
      return admit ? admit(request) : { refused: "ticket_unknown" };
    },
  };
}

async function placeReservation(
  calls: GatewayCalls,
  target: Partial<Admission["target"]>,
  more: Parameters<GatewayUnderTest["reserve"]>[1] = {},
): Promise<{ ticket: string; connectionId: string }> {
  const ticket = encodeTicket(randomBytes(TICKET_RANDOM_BYTES));
  const admission = makeAdmission(target, more);
  await calls.reserve({
    ticketHash: createHash("sha256").update(ticket).digest("hex"),
    expiresInMs: more.expiresInMs ?? 60_000,
    admission,
  });
  return { ticket, connectionId: admission.connectionId };
}

/** An admission to a machine declared on this host. */
export function makeAdmission(target: Partial<Admission["target"]>, more: AdmissionChanges = {}): Admission {
  return {
    connectionId: randomUUID(),
    sessionId: randomUUID(),
    userId: randomUUID(),
    machineId: randomUUID(),
    protocol: more.protocol ?? "vnc",
    uses: TICKET_USES[more.protocol ?? "vnc"],
    target: { host: "127.0.0.1", port: 5900, isDeclaredLocal: true, ...target },
    credentialMode: more.credential === undefined ? "none" : "stored",
    credential: more.credential ?? {},
    limits: { idleMs: 0, absoluteMs: 0, bytesPerSecond: 0, ...more.limits },
    policy: more.policy ?? OPEN_POLICY,
  };
}

function openTunnel(origin: string, ticket: string, from: string): WebSocket {
  const socket = new WebSocket(
    `${origin.replace("https", "wss")}/tunnel`,
    ["binary", `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`],
    {
      origin: from,
      rejectUnauthorized: false,
      perMessageDeflate: false,
    },
  );
  socket.binaryType = "nodebuffer";
  return socket;
}

/** The port a server of the test listens on. */
export function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("server does not listen");
  return address.port;
}

/** Machines that do whatever a test wants, on ports of the system's choice. */
export class FakeMachines {
  readonly #servers: Server[] = [];

  /** Starts one and returns its port. */
  async listen(onSocket: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      onSocket(socket);
    });
    this.#servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return portOf(server);
  }

  /** Switches all of them off. */
  close(): void {
    for (const server of this.#servers.splice(0)) server.close();
  }
}

/** How the gateway closed a viewer. */
export async function closeOf(viewer: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(viewer, "close")) as [number, Buffer];
  return { code, reason: reason.toString() };
}

/** What the gateway told the broker when a connection had ended. */
export async function endTold(
  rig: GatewayUnderTest,
  connectionId: string,
): Promise<z.infer<(typeof BROKER_CALLS)["connectionClosed"]["request"]>> {
  const ends = BROKER_CALLS.connectionClosed.request;
  for (;;) {
    const found = rig.told
      .filter(({ name }) => name === "connectionClosed")
      .map(({ request }) => ends.parse(request))
      .find(({ report }) => report.connectionId === connectionId);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 10));
  }
}
