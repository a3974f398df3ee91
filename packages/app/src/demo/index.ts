/**
 * The demo desktop: a small built-in machine that needs no hypervisor, so that a fresh installation has something to
 * show. It speaks RFB with a password on the loopback interface and is reached through tickets and gateway like any other.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Log } from "@deskgate/contract";
import { loadFonts } from "./font/fonts.ts";
import { Machine } from "./machine.ts";
import { signIn } from "./viewer/sign-in.ts";
import { ViewerSession } from "./viewer/viewer-session.ts";

export interface DemoDesktop {
  readonly host: typeof HOST;
  readonly port: number;
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly password: string;
  readonly firstPort: number;
  readonly log: Log;
}

const HOST = "127.0.0.1";
const PORTS_TRIED = 20;
/** LIMIT: connections at a time, those in the handshake included. */
const MAX_CONNECTIONS = 16;

/** Listens on the first free port from `firstPort` up (20 tries), loopback only. */
export async function openDemoDesktop(options: DemoOptions): Promise<DemoDesktop> {
  const machine = new Machine(loadFonts(), () => new Date());
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    receive(socket, machine, options);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const port = await listenFrom(server, options.firstPort);
  options.log.debug({ target: `${HOST}:${port}` }, "Demo desktop is ready");
  return { host: HOST, port, close: () => closed(server, sockets) };
}

function receive(socket: Socket, machine: Machine, { password, log }: DemoOptions): void {
  socket.on("error", (cause) => log.debug({ cause }, "Demo desktop lost a viewer"));
  signIn(socket, password, {
    onRefused: (reason) => log.warn({ reason }, "Demo desktop refused a viewer"),
    onAgreed: (rest) => serve(socket, machine, { rest, log }),
  });
}

function serve(socket: Socket, machine: Machine, { rest, log }: { rest: Uint8Array; log: Log }): void {
  const session = new ViewerSession(socket, machine);
  const feed = (chunk: Uint8Array) => {
    const reason = session.feed(chunk);
    if (reason === undefined || socket.destroyed) return;
    log.warn({ reason }, "Demo desktop does not understand a viewer");
    socket.destroy();
  };
  socket.on("close", () => session.end());
  session.begin();
  socket.on("data", feed);
  feed(rest);
}

async function listenFrom(server: Server, firstPort: number): Promise<number> {
  for (let port = firstPort; port < firstPort + PORTS_TRIED; port++) {
    if (await isListening(server, port)) return port;
  }
  throw new Error(`ports ${firstPort} to ${firstPort + PORTS_TRIED - 1} on ${HOST} are taken`);
}

/** False where the port is taken; other failures throw. */
function isListening(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(error);
    };
    server.once("error", onError);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}

function closed(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
