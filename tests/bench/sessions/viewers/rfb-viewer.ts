/** A VNC viewer without a screen: asks for what noVNC asks for, and reads where each rectangle begins and ends. */
import {
  advanceClient,
  CLIENT_BEGIN,
  type ClientState,
  concatBytes,
  ENCODING,
  ServerMessageFramer,
  writeU16,
  writeU32,
} from "@deskgate/wire";
import { TunnelSocket } from "./tunnel.ts";
import { Counter, DESKTOP, type Viewer } from "./viewer.ts";

/** As noVNC 1.7 has them by default: quality 6, compression 2. */
const QUALITY_6 = -32 + 6;
const COMPRESSION_2 = -256 + 2;
const ENCODINGS = [
  ...[ENCODING.copyRect, ENCODING.tight, ENCODING.hextile, ENCODING.rre, ENCODING.raw],
  ...[QUALITY_6, COMPRESSION_2, ENCODING.desktopSize, ENCODING.lastRect, ENCODING.cursor],
];
/** What carries a picture, rather than news about the desktop or the pointer. */
const PICTURES: readonly number[] = [ENCODING.tight, ENCODING.hextile, ENCODING.rre, ENCODING.raw];

export function openRfbViewer(port: number, ticket: string): Viewer {
  const counter = new Counter();
  const ready = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<string>();
  const socket = new TunnelSocket(port, ticket);
  socket.on("error", (error) => failed.resolve(error.message));
  socket.on("close", (code, reason) => failed.resolve(`closed with ${code} ${reason}`));
  const framer = new ServerMessageFramer({
    onMessage({ type }) {
      if (type === "server-init") socket.send(concatBytes([setEncodings(), updateRequest(false)]));
      if (type !== "framebuffer-update") return;
      counter.updates += 1;
      ready.resolve();
      socket.send(updateRequest(true));
    },
    onRectangle({ encoding, width, height }) {
      if (PICTURES.includes(encoding)) counter.pixels += width * height;
    },
  });
  const handshake = new Handshake((bytes) => socket.send(bytes));
  socket.on("message", (data: Buffer) => {
    counter.bytes += data.length;
    const rest = handshake.isOver ? data : handshake.push(data);
    if (rest.length === 0) return;
    framer.feed(rest);
    if (framer.failure !== undefined) failed.resolve(framer.failure);
  });
  return { counter, ready: ready.promise, failed: failed.promise };
}

class Handshake {
  readonly #send: (bytes: Uint8Array) => void;
  #state: ClientState = CLIENT_BEGIN;
  #held = Buffer.alloc(0);

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  get isOver(): boolean {
    return this.#state.at === "agreed";
  }

  /** What follows the handshake. */
  push(bytes: Buffer): Buffer {
    this.#held = Buffer.concat([this.#held, bytes]);
    for (;;) {
      if (this.#state.at === "failed") throw new Error(this.#state.reason);
      const { next, consumed, send } = advanceClient(this.#state, this.#held, { isShared: true });
      const hasMoved = next !== this.#state;
      this.#state = next;
      this.#held = this.#held.subarray(consumed);
      if (send) this.#send(send);
      if (this.isOver) return this.#held;
      if (!hasMoved) return Buffer.alloc(0);
    }
  }
}

function setEncodings(): Uint8Array {
  const message = new Uint8Array(4 /* type, padding, count */ + 4 * ENCODINGS.length);
  message[0] = 2;
  writeU16(message, 2, ENCODINGS.length);
  for (const [i, encoding] of ENCODINGS.entries()) writeU32(message, 4 + 4 * i, encoding >>> 0);
  return message;
}

function updateRequest(isIncremental: boolean): Uint8Array {
  const message = new Uint8Array(10 /* type, incremental, x, y, width, height */);
  message[0] = 3;
  message[1] = isIncremental ? 1 : 0;
  writeU16(message, 6, DESKTOP.width);
  writeU16(message, 8, DESKTOP.height);
  return message;
}
