/**
 * RFB with a direction of the clipboard closed: cut text of that direction is taken out of the stream, everything else
 * passes uncut and is never held back.
 *
 * Begins at ServerInit on the server's side, and after ClientInit on the client's. To know where messages end, the client
 * may ask only for encodings that can be measured, and chooses its pixel format before it asks for a picture. The
 * extended clipboard mixes both directions in its messages, so nobody is told of it, and its messages are taken out.
 * INVARIANT: no byte of cut text passes in a direction that is closed, wherever the stream is cut.
 */

import { writeU16, writeU32 } from "../bytes/big-endian.ts";
import type { ByteGate, ByteGates } from "../bytes/byte-gate.ts";
import { type ClientMessage, ClientMessageFramer } from "./client-messages.ts";
import { ENCODING } from "./encodings.ts";
import type { MessageFramer } from "./message-parser.ts";
import { isMeasurable } from "./rectangle-data.ts";
import { ServerMessageFramer } from "./server-messages.ts";

/** Which cut text may pass. */
export interface CutTextPolicy {
  readonly clipboardToMachine: boolean;
  readonly clipboardFromMachine: boolean;
}

const TYPE = { setPixelFormat: 0, setEncodings: 2, clientCutText: 6, serverCutText: 3 } as const;

export class RfbClipboardGate implements ByteGates {
  readonly toViewer: ByteGate;
  readonly toMachine: ByteGate;

  constructor(policy: CutTextPolicy) {
    const server = new ServerGate(policy.clipboardFromMachine);
    const client = new ClientGate(policy.clipboardToMachine, server);
    server.onExtendedMouseButtons = () => client.allowExtendedMouseButtons();
    this.toViewer = server;
    this.toMachine = client;
  }
}

/** A stream from which messages are taken, or replaced; `withhold` and `put` are called while a chunk is fed. */
class Cutter {
  readonly #pieces: Uint8Array[] = [];
  #chunk = new Uint8Array(0);
  /** Stream position of the chunk's first byte. */
  #origin = 0;
  /** Up to here everything was passed on or taken out. */
  #done = 0;
  #isWithholding = false;

  feed(framer: MessageFramer, chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined {
    this.#chunk = chunk as Uint8Array<ArrayBuffer>; // never written to
    framer.feed(chunk);
    if (framer.failure !== undefined) return framer.failure;
    if (!this.#isWithholding) this.#passUpTo(this.#origin + chunk.length);
    this.#origin += chunk.length;
    this.#done = this.#origin;
    for (const piece of this.#pieces.splice(0)) pass(piece);
    return undefined;
  }

  /** Nothing from `position` on passes until {@link put}. */
  withhold(position: number): void {
    this.#passUpTo(position);
    this.#isWithholding = true;
  }

  /** What was withheld ends before `position`; `instead` goes in its place. */
  put(position: number, instead?: Uint8Array): void {
    if (instead) this.#pieces.push(instead);
    this.#done = position;
    this.#isWithholding = false;
  }

  get isWithholding(): boolean {
    return this.#isWithholding;
  }

  #passUpTo(position: number): void {
    if (this.#done < position)
      this.#pieces.push(this.#chunk.subarray(this.#done - this.#origin, position - this.#origin));
    this.#done = position;
  }
}

class ServerGate implements ByteGate {
  readonly #cutter = new Cutter();
  readonly framer: ServerMessageFramer;
  onExtendedMouseButtons: () => void = () => {};

  constructor(mayPassText: boolean) {
    const cutter = this.#cutter;
    this.framer = new ServerMessageFramer({
      onBegin: (type, begin) => {
        if (type === TYPE.serverCutText && !mayPassText) cutter.withhold(begin);
      },
      onMessage: (_message, _begin, end) => {
        if (cutter.isWithholding) cutter.put(end);
      },
      onRectangle: ({ encoding }) => {
        if (encoding === ENCODING.extendedMouseButtons) this.onExtendedMouseButtons();
      },
    });
  }

  push(chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined {
    return this.#cutter.feed(this.framer, chunk, pass);
  }
}

class ClientGate implements ByteGate {
  readonly #cutter = new Cutter();
  readonly #framer: ClientMessageFramer;
  readonly #server: ServerGate;
  #hasAsked = false;
  #violation: string | undefined;

  constructor(mayPassText: boolean, server: ServerGate) {
    this.#server = server;
    const cutter = this.#cutter;
    this.#framer = new ClientMessageFramer({
      onBegin: (type, begin) => {
        if (type === TYPE.setEncodings || (type === TYPE.clientCutText && !mayPassText))
          cutter.withhold(begin);
      },
      onMessage: (message, _begin, end) => {
        const instead = this.#judge(message);
        if (cutter.isWithholding) cutter.put(end, instead);
      },
    });
  }

  allowExtendedMouseButtons(): void {
    this.#framer.allowExtendedMouseButtons();
  }

  push(chunk: Uint8Array, pass: (bytes: Uint8Array) => void): string | undefined {
    const failure = this.#cutter.feed(this.#framer, chunk, (bytes) => {
      if (this.#violation === undefined) pass(bytes);
    });
    return failure ?? this.#violation;
  }

  /** What goes in the place of a message that was withheld. */
  #judge(message: ClientMessage): Uint8Array | undefined {
    switch (message.type) {
      case "set-encodings":
        return encodeSetEncodings(message.encodings.filter(mayAskFor));
      case "set-pixel-format":
        // Updates under way still have the old one, and nobody could tell which.
        if (this.#hasAsked) this.#violation ??= "pixel format changed in mid-stream";
        else this.#server.framer.setPixelFormat(message.format);
        return undefined;
      case "update-request":
      case "enable-continuous-updates":
        this.#hasAsked = true;
        return undefined;
      default:
        return undefined;
    }
  }
}

function mayAskFor(encoding: number): boolean {
  return encoding !== ENCODING.extendedClipboard && isMeasurable(encoding);
}

function encodeSetEncodings(encodings: readonly number[]): Uint8Array {
  const message = new Uint8Array(4 /* type, padding, count */ + 4 * encodings.length);
  message[0] = TYPE.setEncodings;
  writeU16(message, 2, encodings.length);
  for (const [i, encoding] of encodings.entries()) writeU32(message, 4 + 4 * i, encoding >>> 0);
  return message;
}
