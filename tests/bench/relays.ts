/**
 * The relays that are compared, each started anew for every cell on a core of its own: ours, HAProxy and websockify from
 * Debian's packages, and none at all (the viewer dials the target).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Load } from "./cells.ts";

export const RELAY_NAMES = ["deskgate", "haproxy", "websockify", "direct"] as const;
export type RelayName = (typeof RELAY_NAMES)[number];

/** What lies around the tunnel's bytes; HAProxy's TCP mode knows no WebSocket, which is in its favour. */
const WIRES = { deskgate: "websocket", haproxy: "tls", websockify: "websocket", direct: "tcp" } as const;

export interface Workshop {
  readonly directory: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly relayCore: number;
}

export interface RunningRelay {
  readonly wire: (typeof WIRES)[RelayName];
  readonly port: number;
  readonly targetPort: number;
  /** Whose tree is measured; absent where there is no relay. */
  readonly pid?: number;
  readonly ticketFile?: string;
  stop(): Promise<void>;
}

/** LIMIT: every port stays below the system's own range for outgoing connections. */
const FIRST_PORT = 21_000;
const LAST_PORT = 31_000;
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 3_000;

let nextPort = FIRST_PORT + (process.pid % (LAST_PORT - FIRST_PORT));

export async function startRelay(name: RelayName, load: Load, workshop: Workshop): Promise<RunningRelay> {
  const targetPort = await freePort();
  if (name === "direct")
    return { wire: WIRES.direct, port: targetPort, targetPort, stop: async () => undefined };
  const port = await freePort();
  const ticketFile = join(workshop.directory, "tickets");
  const command = await COMMANDS[name]({ port, targetPort, ticketFile, load, workshop });
  // `exec`s throughout, so that the process id is the relay's own.
  const child = spawn("taskset", ["-c", String(workshop.relayCore), ...command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = collectOutput(child);
  if (child.pid === undefined) throw new Error(`${name} does not start`);
  const killWithUs = () => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  await (name === "deskgate" ? saidReady(child, said) : answersAt(port, child, said));
  return {
    wire: WIRES[name],
    port,
    targetPort,
    pid: child.pid,
    ...(name === "deskgate" ? { ticketFile } : {}),
    stop: () => stop(child),
  };
}

interface CommandContext {
  readonly port: number;
  readonly targetPort: number;
  readonly ticketFile: string;
  readonly load: Load;
  readonly workshop: Workshop;
}

const COMMANDS: Record<
  Exclude<RelayName, "direct">,
  (context: CommandContext) => readonly string[] | Promise<readonly string[]>
> = { deskgate: deskgateCommand, haproxy: haproxyCommand, websockify: websockifyCommand };

function deskgateCommand({
  port,
  targetPort,
  ticketFile,
  load,
  workshop,
}: CommandContext): readonly string[] {
  const script = join(dirname(fileURLToPath(import.meta.url)), "gateway-under-test.ts");
  const { keyFile, certificateFile } = workshop;
  return [
    process.execPath,
    ...(process.env["DESKGATE_BENCH_NODE_OPTIONS"]?.split(" ") ?? []),
    script,
    ...[port, targetPort, load.tunnels].map(String),
    keyFile,
    certificateFile,
    ticketFile,
  ];
}

/** One thread and, for bulk, large buffers: the fastest settings found for it. Otherwise as Debian ships it. */
async function haproxyCommand({
  port,
  targetPort,
  load,
  workshop,
}: CommandContext): Promise<readonly string[]> {
  const file = join(workshop.directory, "haproxy.cfg");
  const settings = [
    "global",
    "  nbthread 1",
    "  maxconn 9000",
    ...(load.mode === "bulk" ? ["  tune.bufsize 131072"] : []),
    "  ssl-default-bind-options ssl-min-ver TLSv1.3",
    "  ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256",
    "  ssl-default-bind-curves X25519",
    "defaults",
    "  mode tcp",
    "  maxconn 9000",
    "  timeout connect 5s",
    "  timeout client 1h",
    "  timeout server 1h",
    "listen relay",
    `  bind 127.0.0.1:${port} ssl crt ${join(workshop.directory, "both.pem")}`,
    `  server target 127.0.0.1:${targetPort}`,
  ];
  await writeFile(file, `${settings.join("\n")}\n`);
  return ["haproxy", "-db", "-f", file];
}

function websockifyCommand({ port, targetPort, workshop }: CommandContext): readonly string[] {
  const files = ["--cert", workshop.certificateFile, "--key", workshop.keyFile];
  return ["websockify", "--ssl-only", ...files, `127.0.0.1:${port}`, `127.0.0.1:${targetPort}`];
}

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
  return () => text;
}

async function saidReady(child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!said().includes("ready\n")) {
    if (child.exitCode !== null || deadline < Date.now())
      throw new Error(`gateway does not start: ${said()}`);
    await sleep(20);
  }
}

async function answersAt(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isAnswered(port))) {
    if (child.exitCode !== null || deadline < Date.now()) throw new Error(`relay does not start: ${said()}`);
    await sleep(20);
  }
}

function isAnswered(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((done) => {
    socket.once("connect", () => {
      socket.resetAndDestroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const hard = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await gone;
  clearTimeout(hard);
}

async function freePort(): Promise<number> {
  for (;;) {
    nextPort = nextPort < LAST_PORT ? nextPort + 1 : FIRST_PORT;
    const port = nextPort;
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => done(true));
    });
    await new Promise((done) => (isFree ? server.close(done) : done(undefined)));
    if (isFree) return port;
  }
}
