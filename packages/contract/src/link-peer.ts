/**
 * One end of the link over a network: calls become messages with ids, and messages become calls. The same at both ends.
 *
 * Does no I/O and starts no timer of its own: a socket and a way to wait come in. Every message passes its schema in both
 * directions. A message that cannot be read ends the link; a call that is not known here is refused and the link stays,
 * so that two versions can talk.
 */
import { z } from "zod";
import { DeskgateError, ERROR_CODES } from "./errors.ts";
import type { CallTable, LinkCalls } from "./link.ts";

/** LIMIT: one message, in bytes; the longest are reports and revocations of many thousand connections. */
export const MAX_LINK_MESSAGE_BYTES = 8 * 1024 * 1024;
/** LIMIT: calls of one direction without an answer yet. */
export const MAX_CALLS_UNDER_WAY = 1_000;
/** LIMIT: bytes that a peer may leave unread. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
const CALL_DEADLINE_MS = 10_000;
/** A probe waits for a machine that may drop packets. */
const DEADLINES_MS: Readonly<Record<string, number>> = { probe: 20_000 };
const PING_INTERVAL_MS = 5_000;
/** A peer that says nothing for so long is gone, whatever its socket says. */
const SILENCE_MS = 15_000;

/** Close codes of the link's WebSocket (RFC 6455 §7.4.2, private range). */
export const LINK_CLOSE_CODES = { violation: 4400, removed: 4403, replaced: 4409 } as const;

const idSchema = z.int().min(1);
const messageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ask"), id: idSchema, call: z.string().max(50), body: z.unknown() }),
  z.object({ kind: z.literal("answer"), id: idSchema, body: z.unknown() }),
  z.object({ kind: z.literal("refusal"), id: idSchema, code: z.string().max(50) }),
  z.object({ kind: z.literal("ping") }),
  z.object({ kind: z.literal("pong") }),
]);
type Message = z.infer<typeof messageSchema>;

/** As much of a WebSocket as the link needs. */
export interface LinkSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  /** Says why, then goes. */
  close(code: number, reason: string): void;
}

/** Calls `then` later; the returned function prevents it. */
export type Schedule = (afterMs: number, then: () => void) => () => void;

export interface LinkPeerOptions<Serves extends CallTable, Asks extends CallTable> {
  readonly serves: Serves;
  readonly handlers: LinkCalls<Serves>;
  readonly asks: Asks;
  readonly socket: LinkSocket;
  readonly schedule: Schedule;
  /** A handler failed with something that is no refusal; the peer is told no more than that. */
  readonly onFailure: (call: string, cause: unknown) => void;
}

export interface LinkPeer<Asks extends CallTable> {
  readonly calls: LinkCalls<Asks>;
  /** A text message came in. */
  receive(text: string): void;
  /** The socket is gone: what was asked is answered by a refusal. */
  closed(): void;
}

interface Waiting {
  readonly reply: z.ZodType;
  readonly cancel: () => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

export function createLinkPeer<Serves extends CallTable, Asks extends CallTable>(
  options: LinkPeerOptions<Serves, Asks>,
): LinkPeer<Asks> {
  const peer = new Peer(options);
  const calls = Object.entries(options.asks).map(([name, { request, reply }]) => [
    name,
    async (body: unknown) => peer.ask(name, request.parse(body), reply),
  ]);
  return {
    // Object.fromEntries forgets which name has which call; the loop above keeps them together.
    calls: Object.fromEntries(calls) as LinkCalls<Asks>,
    receive: (text) => peer.receive(text),
    closed: () => peer.closed(),
  };
}

class Peer {
  readonly #options: LinkPeerOptions<CallTable, CallTable>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #servedNow = 0;
  #isClosed = false;
  #silentRounds = 0;
  #cancelBeat: () => void = () => {};

  constructor(options: LinkPeerOptions<CallTable, CallTable>) {
    this.#options = options;
    this.#planBeat();
  }

  ask(call: string, body: unknown, reply: z.ZodType): Promise<unknown> {
    if (this.#isClosed || MAX_CALLS_UNDER_WAY <= this.#waiting.size)
      return Promise.reject(new DeskgateError("link_unavailable"));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const cancel = this.#options.schedule(DEADLINES_MS[call] ?? CALL_DEADLINE_MS, () => {
        this.#waiting.delete(id);
        reject(new DeskgateError("link_unavailable", { cause: new Error(`no answer to ${call} in time`) }));
      });
      this.#waiting.set(id, { reply, cancel, resolve, reject });
      this.#send({ kind: "ask", id, call, body });
    });
  }

  receive(text: string): void {
    if (this.#isClosed) return;
    this.#silentRounds = 0;
    const message = readMessage(text);
    if (message) this.#take(message);
    else this.#violation("message not understood");
  }

  #take(message: Message): void {
    switch (message.kind) {
      case "ask":
        void this.#serve(message);
        break;
      case "answer":
        this.#settle(message.id, ({ reply, resolve, reject }) => {
          const parsed = reply.safeParse(message.body);
          if (parsed.success) resolve(parsed.data);
          else reject(new DeskgateError("link_unavailable", { cause: parsed.error }));
        });
        break;
      case "refusal":
        this.#settle(message.id, ({ reject }) => reject(refusalOf(message.code)));
        break;
      case "ping":
        this.#send({ kind: "pong" });
        break;
      case "pong":
        break;
    }
  }

  closed(): void {
    this.#isClosed = true;
    this.#cancelBeat();
    for (const { cancel, reject } of this.#waiting.values()) {
      cancel();
      reject(new DeskgateError("link_unavailable", { cause: new Error("the link closed") }));
    }
    this.#waiting.clear();
  }

  /** Never rejects. */
  async #serve({ id, call, body }: Extract<Message, { kind: "ask" }>): Promise<void> {
    if (MAX_CALLS_UNDER_WAY <= this.#servedNow) {
      this.#refuse(id, "link_unavailable");
      return;
    }
    this.#servedNow += 1;
    try {
      this.#send({ kind: "answer", id, body: await this.#answerTo(call, body) });
    } catch (cause) {
      const isRefusal = cause instanceof DeskgateError;
      if (!isRefusal) this.#options.onFailure(call, cause);
      this.#refuse(id, isRefusal ? cause.code : "internal_error");
    } finally {
      this.#servedNow -= 1;
    }
  }

  async #answerTo(call: string, body: unknown): Promise<unknown> {
    const { serves, handlers } = this.#options;
    const known = Object.hasOwn(serves, call) ? serves[call] : undefined;
    if (!known) throw new DeskgateError("not_found");
    const request = known.request.safeParse(body);
    if (!request.success) throw new DeskgateError("request_malformed");
    // The request was parsed by the handler's own schema, which the types cannot follow through a table.
    const handle = handlers[call] as (received: unknown) => Promise<unknown>;
    return known.reply.parse(await handle(request.data));
  }

  #refuse(id: number, code: string): void {
    this.#send({ kind: "refusal", id, code });
  }

  /** An answer that came too late finds nobody waiting; one to a question never asked is a lie. */
  #settle(id: number, settle: (waiting: Waiting) => void): void {
    if (this.#lastId < id) {
      this.#violation("answer to a question never asked");
      return;
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.cancel();
    settle(waiting);
  }

  #planBeat(): void {
    this.#cancelBeat = this.#options.schedule(PING_INTERVAL_MS, () => {
      this.#silentRounds += 1;
      if (SILENCE_MS < this.#silentRounds * PING_INTERVAL_MS) this.#violation("peer is silent");
      else this.#send({ kind: "ping" });
      if (!this.#isClosed) this.#planBeat();
    });
  }

  #send(message: Message): void {
    if (this.#isClosed) return;
    if (MAX_UNREAD_BYTES < this.#options.socket.bufferedAmount) this.#violation("peer does not read");
    else this.#options.socket.send(JSON.stringify(message));
  }

  #violation(reason: string): void {
    this.closed();
    this.#options.socket.close(LINK_CLOSE_CODES.violation, reason);
  }
}

function readMessage(text: string): Message | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function refusalOf(code: string): DeskgateError {
  const known = ERROR_CODES.find((name) => name === code);
  return new DeskgateError(known ?? "internal_error", { cause: new Error(`refused with ${code}`) });
}
