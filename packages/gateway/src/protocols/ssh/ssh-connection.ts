/**
 * The SSH connection to a machine: ssh2 over the gateway's own dialled and checked connection.
 *
 * ssh2 dials nothing here. INVARIANT: the host key is proven by the key exchange before it is judged, and nobody signs
 * in before it was judged.
 */
import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import type { EndReason } from "@deskgate/contract";
import ssh2, { type AuthHandlerMiddleware, type Client } from "ssh2";
import type { Shown } from "../../admission/judge-identity.ts";
import { streamOf } from "../../transport/connection-stream.ts";
import type { Connection } from "../../transport/transport.ts";
import { printable } from "./machine-text.ts";

export interface Failure {
  readonly failed: EndReason;
  readonly detail: string;
}

/** What anyone who watches the connection is told, once each at most. */
export interface ConnectionEvents {
  onError(error: Error): void;
  onClose(): void;
}

type InfoRequestHandler = (
  own: unknown,
  name: string,
  instructions: string,
  prompts: readonly unknown[],
) => void;

interface SshProtocol {
  readonly _handlers?: { USERAUTH_INFO_REQUEST?: InfoRequestHandler };
}

export class SshConnection {
  readonly client: Client = new ssh2.Client();
  readonly stream: Duplex;
  readonly remoteAddress: string;
  readonly #connection: Connection;
  #hostKey: Buffer | undefined;
  #error: Error | undefined;
  #isClosed = false;
  #events: ConnectionEvents | undefined;

  /** Begins the key exchange at once. `authHandler` is asked for a way to sign in only after it. */
  constructor(connection: Connection, authHandler: AuthHandlerMiddleware) {
    this.#connection = connection;
    this.remoteAddress = connection.remoteAddress;
    this.stream = streamOf(connection);
    this.client.on("error", (error) => this.#fail(error));
    // A machine that says nothing more has nobody to hear us either.
    this.client.once("end", () => this.end());
    this.client.on("close", () => {
      this.#isClosed = true;
      this.#events?.onClose();
    });
    this.client.connect({
      sock: this.stream,
      ident: "deskgate",
      // Names the person only where the authentication handler does not; it always does.
      username: "",
      readyTimeout: 0,
      // A machine must not be able to blow up a small packet.
      algorithms: { compress: ["none"] },
      hostVerifier: (key: Buffer) => this.#isSameHostKey(key),
      authHandler,
    });
  }

  get queuedBytes(): number {
    return this.stream.writableLength + this.#connection.queuedBytes;
  }

  /**
   * Hears what the machine says in keyboard-interactive requests that ask nothing (RFC 4256 §3.4), which is how PAM tells
   * that an account is locked. ssh2 answers those by itself and has no event for them, so its own handler is gone through;
   * where a later version has none, nothing is heard.
   */
  onRemark(tell: (words: string) => void): void {
    // Not in ssh2's types: the handlers of its protocol, by the name of the message.
    const { _protocol: protocol } = this.client as unknown as { readonly _protocol?: SshProtocol };
    const handlers = protocol?._handlers;
    const answer = handlers?.USERAUTH_INFO_REQUEST;
    if (!handlers || !answer) return;
    handlers.USERAUTH_INFO_REQUEST = (own, name, instructions, prompts) => {
      if (prompts.length === 0) tell(`${name}\n${instructions}`);
      answer(own, name, instructions, prompts);
    };
  }

  watch(events: ConnectionEvents): void {
    this.#events = events;
    if (this.#error) events.onError(this.#error);
    if (this.#isClosed) events.onClose();
  }

  /** Waits for the key exchange; what the machine proved to be, or why there is none. */
  keyExchange(signal: AbortSignal): Promise<Shown | Failure> {
    const { promise, resolve } = Promise.withResolvers<Shown | Failure>();
    const late = () => resolve({ failed: "target_unreachable", detail: "key exchange not finished in time" });
    signal.addEventListener("abort", late, { once: true });
    if (signal.aborted) late();
    this.client.once("handshake", () => resolve(this.#shown()));
    this.watch({
      onError: (error) => resolve(failureOf(error)),
      onClose: () => resolve({ failed: "target_lost", detail: "machine went away during the key exchange" }),
    });
    return promise.finally(() => signal.removeEventListener("abort", late));
  }

  end(): void {
    this.client.end();
    this.stream.end();
  }

  abort(): void {
    this.#connection.abort();
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#events?.onError(error);
  }

  /** The first key is proven by the exchange that goes on; keys are exchanged anew later and must stay the same. */
  #isSameHostKey(key: Buffer): boolean {
    this.#hostKey ??= Buffer.from(key);
    return this.#hostKey.equals(key);
  }

  #shown(): Shown {
    const key = this.#hostKey ?? Buffer.alloc(0);
    const hash = createHash("sha256").update(key);
    const fingerprint = hash.copy().digest("hex");
    // As ssh-keygen -l spells it, so that an administrator can compare.
    const spelled = hash.digest("base64").replace(/=+$/, "");
    return {
      kind: "host-key",
      fingerprint,
      description: `${printable(typeOfKey(key))} SHA256:${spelled}`,
      isAuthorityVerified: false,
    };
  }
}

/** RFC 4253 §6.6: a key blob begins with the name of its kind. */
function typeOfKey(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return key.subarray(4, 4 + Math.min(length, 64)).toString("latin1");
}

/** What an error of ssh2 means to the person. */
export function failureOf(error: Error & { readonly level?: string }): Failure {
  const detail = printable(error.message);
  if (error.level === "client-socket") return { failed: "target_lost", detail };
  // ssh2 says "no matching key exchange algorithm" and the like.
  if (/no matching/i.test(detail)) return { failed: "target_protocol_refused", detail };
  return { failed: "target_protocol_error", detail };
}
