/**
 * The link over a network: opened by the gateway, proven by its key, opened again whenever it is gone.
 *
 * Tunnels do not depend on it. What depends on it is refused with `link_unavailable` while it is away.
 */
import { randomBytes } from "node:crypto";
import {
  BROKER_CALLS,
  type BrokerCalls,
  createLinkPeer,
  DeskgateError,
  type ErrorCode,
  GATEWAY_CALLS,
  type GatewayCalls,
  LINK_CLOSE_CODES,
  LINK_HEADERS,
  LINK_PATH,
  type LinkPeer,
  type Log,
  linkProofText,
  MAX_LINK_MESSAGE_BYTES,
} from "@deskgate/contract";
import { WebSocket } from "ws";
import { type BrokerConnection, type BrokerTrust, dialBroker } from "../transport/broker-tls.ts";
import type { ListenAddress } from "../transport/transport.ts";
import { waitMs } from "./back-off.ts";
import type { BrokerLink } from "./broker-link.ts";
import { type GatewayIdentity, signText } from "./identity.ts";
import { refusalIn } from "./refusal.ts";

export interface NetworkLinkOptions {
  readonly address: ListenAddress;
  readonly trust: BrokerTrust;
  readonly identity: Pick<GatewayIdentity, "gatewayId" | "privateKey">;
  readonly version: string;
  readonly log: Log;
  /** The broker said that this is no gateway any more: what it carries must end. */
  readonly onRemoved: () => void;
  /** For tests; the system's otherwise. */
  readonly nowMs?: () => number;
}

export interface NetworkLink extends BrokerLink {
  /** What the broker believes requests by; absent while the link is away. */
  pass(): string | undefined;
  /** Settles after the first try, with why it failed where it did. */
  readonly firstTry: Promise<unknown>;
  close(): void;
}

type Peer = LinkPeer<typeof BROKER_CALLS>;

const UPGRADE_DEADLINE_MS = 10_000;
/** LIMIT: a broker that refuses to close is dropped. */
const CLOSE_DEADLINE_MS = 1_000;
/** Refusals that waiting does not mend; they are tried rarely, and logged as something to be done. */
const LASTING: readonly ErrorCode[] = [
  "gateway_unknown",
  "gateway_proof_wrong",
  "gateway_clock_wrong",
  "broker_certificate_wrong",
];

export function createNetworkLink(options: NetworkLinkOptions): NetworkLink {
  const link = new Link(options);
  return {
    broker: link.broker,
    open: async (calls, join) => link.open(calls, join),
    pass: () => link.pass,
    firstTry: link.firstTry,
    close: () => link.close(),
  };
}

class Link {
  readonly #options: NetworkLinkOptions;
  readonly #firstTry = Promise.withResolvers<unknown>();
  readonly broker: BrokerCalls;
  #peer: Peer | undefined;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;
  pass: string | undefined;

  constructor(options: NetworkLinkOptions) {
    this.#options = options;
    this.broker = {
      register: async (request) => {
        const reply = await this.#calls().register(request);
        this.pass = reply.pass;
        return reply;
      },
      admit: async (request) => this.#calls().admit(request),
      judgeIdentity: async (request) => this.#calls().judgeIdentity(request),
      connectionOpened: async (request) => this.#calls().connectionOpened(request),
      connectionClosed: async (request) => this.#calls().connectionClosed(request),
      report: async (request) => this.#calls().report(request),
      tunnelsRefused: async (request) => this.#calls().tunnelsRefused(request),
    };
  }

  get firstTry(): Promise<unknown> {
    return this.#firstTry.promise;
  }

  open(calls: GatewayCalls, join: () => Promise<void>): void {
    void this.#try(calls, join);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#drop(1000, "gateway_stopping");
  }

  #calls(): BrokerCalls {
    if (!this.#peer) throw new DeskgateError("link_unavailable");
    return this.#peer.calls;
  }

  /** One life of the link, from the dial to its end; then the next. Never rejects. */
  async #try(calls: GatewayCalls, join: () => Promise<void>): Promise<void> {
    const { log, identity } = this.#options;
    const { gatewayId } = identity;
    let cause: unknown;
    try {
      const socket = await this.#connect();
      const ended = this.#serve(socket, calls);
      // Whatever ends the link while it joins ends the joining too: calls are refused once it is closed.
      await join();
      const attempts = this.#failures + 1;
      this.#failures = 0;
      this.#firstTry.resolve(undefined);
      log.info({ gatewayId, count: attempts }, "Link to the broker is up");
      cause = await ended;
    } catch (failure) {
      cause = failure;
      this.#drop(LINK_CLOSE_CODES.violation, "joining failed");
    }
    this.#firstTry.resolve(cause);
    if (this.#isClosed) return;
    this.#plan(cause, () => void this.#try(calls, join));
  }

  async #connect(): Promise<WebSocket> {
    const connection = await dialBroker(this.#options.address, this.#options.trust);
    const { host, port } = this.#options.address;
    const socket = new WebSocket(`wss://${host.includes(":") ? `[${host}]` : host}:${port}${LINK_PATH}`, {
      createConnection: () => connection.socket,
      headers: this.#proofHeaders(connection),
      handshakeTimeout: UPGRADE_DEADLINE_MS,
      maxPayload: MAX_LINK_MESSAGE_BYTES,
      perMessageDeflate: false,
    });
    const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
    socket.once("open", () => resolve(socket));
    socket.once("unexpected-response", (_request, response) => {
      void refusalIn(response).then((refusal) => {
        reject(refusal);
        connection.socket.destroy();
      });
    });
    socket.on("error", reject);
    return promise;
  }

  #proofHeaders(connection: BrokerConnection): Record<string, string> {
    const { identity, version, nowMs = Date.now } = this.#options;
    const { gatewayId, privateKey } = identity;
    const proof = { gatewayId, version, timestampMs: nowMs(), nonce: randomBytes(16).toString("base64url") };
    return {
      [LINK_HEADERS.gateway]: gatewayId,
      [LINK_HEADERS.timestamp]: String(proof.timestampMs),
      [LINK_HEADERS.nonce]: proof.nonce,
      [LINK_HEADERS.version]: version,
      [LINK_HEADERS.signature]: signText(privateKey, linkProofText(proof, connection)),
    };
  }

  /** Settles with why the link ended. */
  #serve(socket: WebSocket, calls: GatewayCalls): Promise<unknown> {
    const { log, identity, onRemoved } = this.#options;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const peer = createLinkPeer({
      serves: GATEWAY_CALLS,
      handlers: calls,
      asks: BROKER_CALLS,
      socket: {
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        send: (text) => socket.send(text),
        close: (code, reason) => this.#drop(code, reason),
      },
      schedule: (afterMs, then) => {
        const timer = setTimeout(then, afterMs);
        return () => clearTimeout(timer);
      },
      onFailure: (detail, cause) =>
        log.error({ gatewayId: identity.gatewayId, detail, cause }, "Call of the broker failed"),
    });
    this.#peer = peer;
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      if (isBinary) this.#drop(LINK_CLOSE_CODES.violation, "messages are text");
      else peer.receive(String(data));
    });
    socket.once("close", (code, reason) => {
      peer.closed();
      if (this.#peer === peer) this.#forget();
      if (code === LINK_CLOSE_CODES.removed) onRemoved();
      const refused = code === LINK_CLOSE_CODES.removed ? "gateway_unknown" : "link_unavailable";
      const why = `closed with ${code} ${String(reason).replace(/[^\x20-\x7e]/g, "?")}`;
      resolve(new DeskgateError(refused, { cause: new Error(why) }));
    });
    return promise;
  }

  #drop(code: number, reason: string): void {
    const socket = this.#socket;
    this.#peer?.closed();
    this.#forget();
    if (!socket) return;
    socket.close(code, reason);
    setTimeout(() => socket.terminate(), CLOSE_DEADLINE_MS).unref();
  }

  #forget(): void {
    this.#peer = undefined;
    this.#socket = undefined;
    this.pass = undefined;
  }

  #plan(cause: unknown, again: () => void): void {
    const { log, identity } = this.#options;
    this.#failures += 1;
    const isLasting = cause instanceof DeskgateError && LASTING.includes(cause.code);
    const afterMs = waitMs(isLasting ? Number.POSITIVE_INFINITY : this.#failures, Math.random());
    const fields = {
      gatewayId: identity.gatewayId,
      count: this.#failures,
      detail: `next try in ${afterMs} ms`,
      cause,
      ...(cause instanceof DeskgateError ? { code: cause.code } : {}),
    };
    log[isLasting ? "error" : "warn"](fields, isLasting ? "Broker refuses this gateway" : "Broker is away");
    this.#timer = setTimeout(again, afterMs);
  }
}
