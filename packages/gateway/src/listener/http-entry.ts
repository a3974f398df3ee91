/**
 * Node's HTTP server inside the one port: requests go to the broker, upgrades at the tunnel path become tunnels.
 *
 * It never listens itself; the front door feeds it. Parser errors, CONNECT and absolute-form targets are answered here
 * with the contract's error shape, so that nothing that looks like a proxy request reaches anyone.
 */
import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Duplex } from "node:stream";
import { ERRORS, type ErrorCode, type Log } from "@deskgate/contract";
import { plainAddress } from "../transport/plain-address.ts";

export interface HttpEntryOptions {
  /** The console and the API, which the gateway passes on. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly log: Log;
  /** For tests; the usual ones otherwise. */
  readonly deadlines?: { readonly headersMs: number; readonly checkIntervalMs: number };
}

/** LIMIT: header block of one request. */
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_DEADLINE_MS = 15_000;
const REQUEST_DEADLINE_MS = 120_000;
const KEEP_ALIVE_MS = 65_000;
const CHECK_INTERVAL_MS = 5_000;

export function createHttpEntry(options: HttpEntryOptions): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: options.deadlines?.headersMs ?? HEADERS_DEADLINE_MS,
      requestTimeout: REQUEST_DEADLINE_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: options.deadlines?.checkIntervalMs ?? CHECK_INTERVAL_MS,
      requireHostHeader: true,
      insecureHTTPParser: false,
    },
    (request, response) => {
      if (request.url?.startsWith("/")) options.onRequest(request, response);
      else refuseResponse(response, "request_malformed");
    },
  );
  server.on("upgrade", options.onUpgrade);
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    options.log.warn(
      { code: "method_not_allowed", viewerAddress: plainAddress(request.socket.remoteAddress) },
      "Proxy request refused",
    );
    refuseSocket(socket, "method_not_allowed");
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Duplex) => {
    options.log.debug({ code: error.code ?? "", detail: error.message }, "HTTP request not understood");
    refuseSocket(socket, error.code === "HPE_HEADER_OVERFLOW" ? "headers_too_large" : "request_malformed");
  });
  // Node starts its header and request deadlines with this event, which a server that never listens would not see.
  server.emit("listening");
  return server;
}

/** Answers on a bare socket, after which it is closed. */
export function refuseSocket(socket: Duplex, code: ErrorCode): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status } = ERRORS[code];
  const body = errorBody(code);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  // A peer that never closes would keep the socket; what it still sends is dropped.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

const LINGER_MS = 1000;

function refuseResponse(response: ServerResponse, code: ErrorCode): void {
  response.writeHead(ERRORS[code].status, {
    "Content-Type": "application/json; charset=utf-8",
    Connection: "close",
  });
  response.end(errorBody(code));
}

function errorBody(code: ErrorCode): string {
  return JSON.stringify({ error: { code, message: ERRORS[code].message, requestId: randomUUID() } });
}
