/**
 * The broker's own TLS port. It takes gateways' links, their registration, and what they pass on for viewers; the API and
 * the console for anyone else only where that is configured.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import {
  CHANNEL_BINDING_BYTES,
  CHANNEL_BINDING_LABEL,
  DeskgateError,
  ERRORS,
  type ErrorReply,
  LINK_HEADERS,
  LINK_PATH,
  type Log,
  linkProofSchema,
  MAX_LINK_MESSAGE_BYTES,
  OWN_HEADER_PREFIX,
  PASS_HEADERS,
  type ProvenConnection,
  REGISTRATION_PATH,
  registrationSchema,
} from "@deskgate/contract";
import { WebSocketServer } from "ws";
import { plainAddress } from "../domain/client-address.ts";
import type { GatewayRoster } from "../features/gateways/roster.ts";
import type { HandleRequest } from "../http/server.ts";
import { type LinkSessionDeps, serveLink } from "./link-session.ts";

export interface LinkListenerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  readonly tls: LinkTls;
  /** Whether the API and the console are served here to anyone, not only through gateways. */
  readonly servesDirectly: boolean;
}

/** PEM. */
export interface LinkTls {
  readonly key: string;
  readonly certificate: string;
}

export interface LinkListener {
  readonly address: { readonly host: string; readonly port: number };
  /** For the next handshakes; links that are open stay. */
  setCertificate(tls: LinkTls): void;
  close(): Promise<void>;
}

interface LinkListenerDeps extends LinkSessionDeps {
  readonly roster: GatewayRoster;
  readonly handleRequest: HandleRequest;
  readonly log: Log;
}

/** LIMIT: header block of one request; a gateway adds its own to a viewer's 16 KiB. */
const MAX_HEADER_BYTES = 20 * 1024;
const HEADERS_DEADLINE_MS = 15_000;
const REQUEST_DEADLINE_MS = 120_000;
const HANDSHAKE_DEADLINE_MS = 10_000;
/** Longer than gateways keep theirs, so that it is they who close. */
const KEEP_ALIVE_MS = 75_000;
/** LIMIT: body of a registration. */
const MAX_REGISTRATION_BYTES = 8 * 1024;
const LINGER_MS = 1_000;

/** Opens the port. Rejects where the address cannot be had. */
export async function openLinkListener(
  options: LinkListenerOptions,
  deps: LinkListenerDeps,
): Promise<LinkListener> {
  const server = createServer({
    ...contextOf(options.tls),
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: HANDSHAKE_DEADLINE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_DEADLINE_MS,
    requestTimeout: REQUEST_DEADLINE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const links = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_LINK_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  const door: Door = { options, deps, links };
  server.on("request", (request, response) => void takeRequest(door, request, response));
  server.on("upgrade", (request, socket, head) => void takeLink(door, request, { socket, head }));
  server.on("tlsClientError", (cause) => deps.log.debug({ detail: cause.message }, "TLS handshake failed"));
  await listenAt(server, options.listen);
  return {
    address: { host: options.listen.host, port: (server.address() as AddressInfo).port }, // it listens on TCP
    setCertificate: (tls) => server.setSecureContext(contextOf(tls)),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const link of links.clients) link.close(1001, "broker_stopping");
      server.closeAllConnections();
      for (const link of links.clients) link.terminate();
      await closed;
    },
  };
}

interface Door {
  readonly options: LinkListenerOptions;
  readonly deps: LinkListenerDeps;
  readonly links: WebSocketServer;
}

/** TLS 1.3: its connections can be named (RFC 9266), and every gateway speaks it. */
function contextOf({ key, certificate }: LinkTls) {
  return { key, cert: certificate, minVersion: "TLSv1.3" } as const;
}

async function listenAt(server: Server, { host, port }: LinkListenerOptions["listen"]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, resolve);
  await promise;
  server.off("error", reject);
  // Running out of file descriptors must not end the program; the accept is tried again.
  server.on("error", () => {});
}

/** Never rejects. */
async function takeRequest(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const from = plainAddress(request.socket.remoteAddress);
  try {
    if (request.url === REGISTRATION_PATH && request.method === "POST")
      await register(door, request, response);
    else passIn(door, request, response);
  } catch (cause) {
    const error = cause instanceof DeskgateError ? cause : new DeskgateError("internal_error", { cause });
    logRefusal(door, from, error);
    sendRefusal(response, error);
  }
}

function passIn({ options, deps }: Door, request: IncomingMessage, response: ServerResponse): void {
  const gatewayId = headerOf(request, PASS_HEADERS.gateway);
  const pass = headerOf(request, PASS_HEADERS.pass);
  const viewerAddress = headerOf(request, PASS_HEADERS.viewerAddress);
  for (const name of Object.keys(request.headers))
    if (name.startsWith(OWN_HEADER_PREFIX)) delete request.headers[name];
  if (gatewayId === undefined && pass === undefined) {
    if (!options.servesDirectly) throw new DeskgateError("gateways_only");
    deps.handleRequest(request, response);
    return;
  }
  if (gatewayId === undefined || pass === undefined || !deps.passes.isGood(gatewayId, pass))
    throw new DeskgateError("gateway_pass_unknown");
  if (viewerAddress === undefined || isIP(viewerAddress.split("%", 1)[0] ?? "") === 0)
    throw new DeskgateError("request_malformed");
  deps.handleRequest(request, response, viewerAddress);
}

async function register({ deps }: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const registration = registrationSchema.safeParse(await readJson(request));
  if (!registration.success) throw new DeskgateError("request_malformed", { cause: registration.error });
  const address = plainAddress(request.socket.remoteAddress);
  const reply = await deps.roster.register(registration.data, connectionOf(request.socket), address);
  response.writeHead(201, { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" });
  response.end(JSON.stringify(reply));
}

/** By events: to leave a loop over the request would destroy it, and with it the answer. What is too much is read and dropped. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let pieces: Buffer[] = [];
  let length = 0;
  request.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length <= MAX_REGISTRATION_BYTES) pieces.push(piece);
    else {
      pieces = [];
      reject(new DeskgateError("payload_too_large"));
    }
  });
  request.once("end", () => resolve(Buffer.concat(pieces)));
  request.once("close", () => reject(new DeskgateError("request_malformed")));
  const body = await promise;
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new DeskgateError("request_malformed", { cause });
  }
}

/** Never rejects. */
async function takeLink(
  door: Door,
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const { deps, links } = door;
  const from = plainAddress(request.socket.remoteAddress);
  socket.on("error", () => {});
  try {
    if (request.url !== LINK_PATH) throw new DeskgateError("not_found");
    const proof = linkProofSchema.safeParse({
      gatewayId: headerOf(request, LINK_HEADERS.gateway),
      timestampMs: headerOf(request, LINK_HEADERS.timestamp),
      nonce: headerOf(request, LINK_HEADERS.nonce),
      signature: headerOf(request, LINK_HEADERS.signature),
      version: headerOf(request, LINK_HEADERS.version),
    });
    if (!proof.success) throw new DeskgateError("request_malformed", { cause: proof.error });
    const { id, name } = await deps.roster.admitLink(proof.data, connectionOf(socket));
    if (socket.destroyed) return;
    deps.log.info({ gatewayId: id, detail: `${name} from ${from}` }, "Link opened");
    links.handleUpgrade(request, socket, head, (link) => {
      serveLink(id, link, deps);
      // Removed between the check and now.
      void deps.roster.isKnown(id).then(
        (isKnown) => isKnown || deps.gateways.sever(id, "removed"),
        (cause) => deps.log.error({ gatewayId: id, cause }, "Gateway not looked up"),
      );
    });
  } catch (cause) {
    const error = cause instanceof DeskgateError ? cause : new DeskgateError("internal_error", { cause });
    logRefusal(door, from, error);
    refuseUpgrade(socket, error);
  }
}

function connectionOf(socket: unknown): ProvenConnection {
  if (!(socket instanceof TLSSocket)) throw new TypeError("a link's socket speaks TLS");
  const own = socket.getCertificate();
  if (own === null || !("fingerprint256" in own) || typeof own.fingerprint256 !== "string")
    throw new Error("the port has no certificate");
  return {
    fingerprint: own.fingerprint256.replaceAll(":", "").toLowerCase(),
    channelBinding: socket
      .exportKeyingMaterial(CHANNEL_BINDING_BYTES, CHANNEL_BINDING_LABEL, Buffer.alloc(0))
      .toString("base64url"),
  };
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

function logRefusal({ deps }: Door, from: string, { code, cause }: DeskgateError): void {
  const level = code === "internal_error" ? "error" : "warn";
  deps.log[level](
    { code, detail: `from ${from}`, ...(cause === undefined ? {} : { cause }) },
    "Refused at the gateways' port",
  );
}

function bodyOf({ code, message, retryAfterSeconds }: DeskgateError): string {
  const about = { code, message, requestId: randomUUID() };
  const reply: ErrorReply = {
    error: retryAfterSeconds === undefined ? about : { ...about, retryAfterSeconds },
  };
  return JSON.stringify(reply);
}

function sendRefusal(response: ServerResponse, error: DeskgateError): void {
  response.writeHead(ERRORS[error.code].status, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    Connection: "close",
  });
  response.end(bodyOf(error));
}

function refuseUpgrade(socket: Duplex, error: DeskgateError): void {
  const { status } = ERRORS[error.code];
  const body = bodyOf(error);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    // From it a gateway with a wrong clock learns by how much.
    `Date: ${new Date().toUTCString()}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
