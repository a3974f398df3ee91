/**
 * One port for everything (design §4): looks at the first bytes of each connection, before and after TLS, and hands it on.
 *
 * One deadline covers first bytes, TLS handshake and the first bytes inside, because neither `net` nor a TLS socket made
 * by hand has one. Whatever fails here is an ordinary port scan or a closed laptop and logged as such.
 */
import type { Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import type { Log } from "@deskgate/contract";
import { type FirstBytes, recognise } from "@deskgate/wire";
import { plainAddress } from "../transport/plain-address.ts";
import { listen, peek, startTls } from "../transport/server.ts";
import type { Accepted, ListenAddress, Listening } from "../transport/transport.ts";
import { ConnectionLimits, type LimitSettings } from "./connection-limits.ts";
import { readTunnelRequest } from "./tunnel-request.ts";
import type { UpgradeRequest } from "./tunnel-upgrade.ts";

export interface FrontDoorOptions {
  readonly address: ListenAddress;
  /** The TLS context in force; asked anew for every connection, so that a certificate can be changed under way. */
  readonly tls: () => SecureContext;
  readonly http: HttpServer;
  /** A viewer asks for a tunnel, in a request that needed no HTTP parser. The socket's next bytes follow the request. */
  readonly onTunnel: (request: UpgradeRequest, socket: Socket) => void;
  readonly limits: LimitSettings;
  /** From the accept to a recognised request. */
  readonly firstBytesDeadlineMs: number;
  readonly log: Log;
}

export interface FrontDoor {
  readonly address: ListenAddress;
  /** Stops accepting and drops connections nobody has recognised yet. */
  close(): Promise<void>;
}

/** Somebody whose first bytes are known. They are still in the socket, to be read again. */
interface Guest {
  readonly socket: Socket;
  readonly deadline: NodeJS.Timeout;
  readonly firstBytes: Buffer;
}

type Route = (door: Door, guest: Guest) => void;

interface Door {
  readonly options: FrontDoorOptions;
  readonly limits: ConnectionLimits;
  readonly sockets: Set<Socket>;
}

/** What happens to each kind of first bytes on the plain socket. A kind without a way is refused. */
const PLAIN_ROUTES: Partial<Record<FirstBytes, Route>> = { tls: secure, http: sendToHttps };
/** The same inside TLS. */
const SECURE_ROUTES: Partial<Record<FirstBytes, Route>> = { http: handToHttp };

/** Opens the port. Rejects where the address cannot be had. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const door: Door = { options, limits: new ConnectionLimits(options.limits), sockets: new Set() };
  const listening: Listening = await listen(options.address, (accepted) => welcome(door, accepted));
  return {
    address: listening.address,
    async close() {
      const closed = listening.close();
      for (const socket of door.sockets) socket.destroy();
      await closed;
    },
  };
}

function welcome(door: Door, { socket, remoteAddress }: Accepted): void {
  socket.on("error", () => {});
  if (!door.limits.enter(remoteAddress)) {
    door.options.log.warn(
      { code: "too_many_connections", viewerAddress: remoteAddress },
      "Connection refused",
    );
    socket.resetAndDestroy();
    return;
  }
  door.sockets.add(socket);
  const deadline = setTimeout(
    () => refuse(door, socket, "deadline passed"),
    door.options.firstBytesDeadlineMs,
  );
  socket.once("close", () => {
    clearTimeout(deadline);
    door.sockets.delete(socket);
    door.limits.leave(remoteAddress);
  });
  route(door, { socket, deadline, routes: PLAIN_ROUTES });
}

function route(
  door: Door,
  {
    socket,
    deadline,
    routes,
  }: {
    readonly socket: Socket;
    readonly deadline: NodeJS.Timeout;
    readonly routes: Partial<Record<FirstBytes, Route>>;
  },
): void {
  peek(socket, recognise, (kind, firstBytes) => {
    const next = kind && routes[kind];
    if (next) next(door, { socket, deadline, firstBytes });
    else refuse(door, socket, kind === undefined ? "peer left" : `first bytes are ${kind}`);
  });
}

function secure(door: Door, { socket, deadline }: Guest): void {
  startTls(socket, door.options.tls(), {
    secure: (tls) => {
      tls.on("error", () => {});
      route(door, { socket: tls, deadline, routes: SECURE_ROUTES });
    },
    failed: (cause) => refuse(door, socket, cause.message),
  });
}

function handToHttp(door: Door, { socket, deadline, firstBytes }: Guest): void {
  clearTimeout(deadline);
  const request = readTunnelRequest(firstBytes);
  if (request === undefined) {
    door.options.http.emit("connection", socket);
    return;
  }
  socket.read(request.headBytes);
  door.options.onTunnel(request, socket);
}

/** Someone typed http://: say where the door is, in plain HTTP, and hang up. */
function sendToHttps(door: Door, { socket }: Guest): void {
  const text = "This port speaks HTTPS only. Put https:// in front of the address.\n";
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  );
  socket.resume();
  door.options.log.debug({ viewerAddress: plainAddress(socket.remoteAddress) }, "Plain HTTP answered");
}

function refuse(door: Door, socket: Socket, detail: string): void {
  door.options.log.debug(
    { viewerAddress: plainAddress(socket.remoteAddress), detail },
    "Connection not recognised",
  );
  socket.destroy();
}
