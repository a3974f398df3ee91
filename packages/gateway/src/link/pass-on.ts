/**
 * Viewers' requests for console and API, passed on to the broker over a pool of verified TLS connections of their own.
 *
 * Bodies stream both ways and are never held. INVARIANT: no header of ours that a viewer sends reaches the broker, and no
 * header that belongs to one connection crosses to the other (RFC 9110 §7.6.1).
 */
import { type ClientRequest, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { pipeline } from "node:stream";
import { ERRORS, type ErrorCode, type Log, OWN_HEADER_PREFIX, PASS_HEADERS } from "@deskgate/contract";
import { type BrokerTrust, dialBroker } from "../transport/broker-tls.ts";
import { plainAddress } from "../transport/plain-address.ts";
import type { ListenAddress } from "../transport/transport.ts";
import { sendUnavailable } from "./unavailable.ts";

export interface PassOnOptions {
  readonly address: ListenAddress;
  readonly trust: BrokerTrust;
  readonly gatewayId: string;
  readonly pass: () => string | undefined;
  readonly log: Log;
}

export interface PassOn {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  close(): void;
}

/** LIMIT: requests under way, event streams included. */
const MAX_UNDER_WAY = 4_000;
/** LIMIT: body of one request; the broker's own limits are lower. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** LIMIT: without a byte in either direction; streams of events send one more often. */
const IDLE_DEADLINE_MS = 120_000;
/** Shorter than the broker's, so that a connection is not used in the moment in which it closes it. */
const POOL_IDLE_MS = 30_000;
/** LIMIT: connections that wait for the next request. */
const MAX_POOLED = 64;

/** They speak about one connection (RFC 9110 §7.6.1), or ask for something that ends here. */
const HOP_BY_HOP = new Set([
  ...["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"],
  ...["te", "trailer", "transfer-encoding", "upgrade", "http2-settings", "expect"],
]);

export function createPassOn(options: PassOnOptions): PassOn {
  const agent = new BrokerAgent(options.address, options.trust);
  let underWay = 0;
  return {
    handle: (request, response) => {
      if (MAX_UNDER_WAY <= underWay) {
        sendUnavailable(request, response, "too_many_connections");
        return;
      }
      underWay += 1;
      response.once("close", () => {
        underWay -= 1;
      });
      new Passage(request, response, { ...options, agent }).begin();
    },
    close: () => agent.destroy(),
  };
}

class BrokerAgent extends Agent {
  readonly #address: ListenAddress;
  readonly #trust: BrokerTrust;

  constructor(address: ListenAddress, trust: BrokerTrust) {
    super({ keepAlive: true, maxFreeSockets: MAX_POOLED, timeout: POOL_IDLE_MS });
    this.#address = address;
    this.#trust = trust;
  }

  override createConnection(...[, done]: Parameters<Agent["createConnection"]>): undefined {
    dialBroker(this.#address, this.#trust).then(
      ({ socket }) => done?.(null, socket),
      // The stream is not looked at beside an error, but the type wants one.
      (cause: Error) => (done as ((cause: Error) => void) | undefined)?.(cause),
    );
  }
}

/** One request on its way. */
class Passage {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: PassOnOptions & { readonly agent: Agent };
  readonly #hasBody: boolean;
  #bodyBytes = 0;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    options: PassOnOptions & { readonly agent: Agent },
  ) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#hasBody =
      request.headers["transfer-encoding"] !== undefined ||
      (request.headers["content-length"] ?? "0") !== "0";
  }

  begin(): void {
    const pass = this.#options.pass();
    const declaredBytes = Number(this.#request.headers["content-length"] ?? 0);
    if (pass === undefined) this.#fail("broker_unavailable", "no link");
    else if (MAX_BODY_BYTES < declaredBytes) this.#fail("payload_too_large", "declared length");
    else this.#send(pass, { isLastTry: this.#hasBody });
  }

  #send(pass: string, { isLastTry }: { readonly isLastTry: boolean }): void {
    const { method = "GET", url = "/" } = this.#request;
    const { agent, address } = this.#options;
    let sent: ClientRequest;
    try {
      const about = { agent, host: address.host, port: address.port, method, path: url, setHost: false };
      sent = httpsRequest({ ...about, headers: this.#headers(pass) });
    } catch (cause) {
      this.#fail("request_malformed", cause instanceof Error ? cause.message : "");
      return;
    }
    sent.setTimeout(IDLE_DEADLINE_MS, () => sent.destroy(new Error("no byte for too long")));
    sent.once("response", (answer) => this.#answer(answer));
    sent.on("error", (cause) => {
      // The broker closed a pooled connection in the moment in which it was used.
      const mayRepeat = !isLastTry && sent.reusedSocket && !this.#response.headersSent;
      if (mayRepeat) this.#send(pass, { isLastTry: true });
      else this.#fail("broker_unavailable", cause.message);
    });
    this.#response.once("close", () => {
      if (!this.#response.writableFinished) sent.destroy();
    });
    if (!this.#hasBody) {
      sent.end();
      return;
    }
    this.#request.on("data", (piece: Buffer) => this.#count(piece, sent));
    // Its errors are the request's own, which are listened to above.
    pipeline(this.#request, sent, () => {});
  }

  #count(piece: Buffer, sent: ClientRequest): void {
    this.#bodyBytes += piece.length;
    if (this.#bodyBytes <= MAX_BODY_BYTES) return;
    this.#fail("payload_too_large", "body");
    sent.destroy();
  }

  #headers(pass: string): string[] {
    const { headers, rawHeaders, socket } = this.#request;
    const framing = headers["transfer-encoding"] === undefined ? [] : ["Transfer-Encoding", "chunked"];
    return [
      ...withoutHopByHop(rawHeaders, headers.connection),
      // Written out, because for some methods Node would send a body without saying where it ends.
      ...framing,
      ...[PASS_HEADERS.gateway, this.#options.gatewayId, PASS_HEADERS.pass, pass],
      ...[PASS_HEADERS.viewerAddress, plainAddress(socket.remoteAddress)],
    ];
  }

  #answer(answer: IncomingMessage): void {
    // The viewer left in this moment, and nobody was told yet.
    if (this.#response.destroyed || this.#response.headersSent) {
      answer.destroy();
      return;
    }
    const { statusCode = 502, statusMessage, headers, rawHeaders } = answer;
    if (statusCode === ERRORS.gateway_pass_unknown.status) {
      answer.resume();
      this.#fail("broker_unavailable", "pass not known");
      return;
    }
    this.#response.writeHead(
      statusCode,
      statusMessage ?? STATUS_CODES[statusCode] ?? "",
      withoutHopByHop(rawHeaders, headers.connection),
    );
    // An answer that broke off must not look complete.
    pipeline(answer, this.#response, (cause) => {
      if (cause) this.#response.destroy();
    });
  }

  #fail(code: ErrorCode, detail: string): void {
    if (this.#response.headersSent || this.#response.destroyed) {
      this.#response.destroy();
      return;
    }
    this.#options.log.debug({ code, detail }, "Request not passed on");
    sendUnavailable(this.#request, this.#response, code);
  }
}

/** Name and value by turns, as Node gives and takes them. */
function withoutHopByHop(rawHeaders: readonly string[], connection: string | undefined): string[] {
  const named = new Set((connection ?? "").split(",").map((name) => name.trim().toLowerCase()));
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || key.startsWith(OWN_HEADER_PREFIX)) continue;
    kept.push(name, value);
  }
  return kept;
}
