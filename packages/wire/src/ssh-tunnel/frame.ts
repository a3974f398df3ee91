/**
 * Frames of the SSH tunnel (docs/protocols/ssh-tunnel.md §2): one byte of type, four of length, the payload.
 *
 * The tunnel is a stream: a frame may be cut anywhere and several may come at once.
 * INVARIANT: a reader that has failed stays failed, and holds at most one payload.
 */
import { readU8, readU32, writeU32 } from "../bytes/big-endian.ts";

const HEAD_BYTES = 1 /* type */ + 4; /* length */
/** LIMIT: a longer payload is refused by both sides; bulk data is sent in pieces. */
export const MAX_PAYLOAD_BYTES = 64 * 1024;

/** Puts pieces of a payload behind a frame head. `headRoom` bytes in front are left free for an outer header. */
export function encodeFrame(type: number, pieces: readonly Uint8Array[], headRoom = 0): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (MAX_PAYLOAD_BYTES < length) throw new RangeError(`payload of ${length} bytes`);
  const frame = new Uint8Array(headRoom + HEAD_BYTES + length);
  frame[headRoom] = type;
  writeU32(frame, headRoom + 1, length);
  let at = headRoom + HEAD_BYTES;
  for (const piece of pieces) {
    frame.set(piece, at);
    at += piece.length;
  }
  return frame;
}

interface FrameSink {
  /** A whole frame. The payload is the receiver's. */
  onFrame(type: number, payload: Uint8Array): void;
}

/** Finds the frames in a stream. */
export class TunnelFrameReader {
  readonly #sink: FrameSink;
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  #payload: Uint8Array | undefined;
  #payloadBytes = 0;
  #failure: string | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes, which are copied; returns why the stream is no longer understood, if so. */
  feed(bytes: Uint8Array): string | undefined {
    for (let at = 0; at < bytes.length && this.#failure === undefined; ) {
      at += this.#payload ? this.#takePayload(this.#payload, bytes, at) : this.#takeHead(bytes, at);
    }
    return this.#failure;
  }

  #takeHead(bytes: Uint8Array, at: number): number {
    const count = Math.min(HEAD_BYTES - this.#headBytes, bytes.length - at);
    this.#head.set(bytes.subarray(at, at + count), this.#headBytes);
    this.#headBytes += count;
    if (this.#headBytes < HEAD_BYTES) return count;
    const length = readU32(this.#head, 1);
    if (MAX_PAYLOAD_BYTES < length) this.#failure = `tunnel frame of ${length} bytes`;
    else if (length === 0) this.#tell(new Uint8Array(0));
    else this.#payload = new Uint8Array(length);
    return count;
  }

  #takePayload(payload: Uint8Array, bytes: Uint8Array, at: number): number {
    const count = Math.min(payload.length - this.#payloadBytes, bytes.length - at);
    payload.set(bytes.subarray(at, at + count), this.#payloadBytes);
    this.#payloadBytes += count;
    if (this.#payloadBytes === payload.length) this.#tell(payload);
    return count;
  }

  #tell(payload: Uint8Array): void {
    this.#headBytes = 0;
    this.#payload = undefined;
    this.#payloadBytes = 0;
    this.#sink.onFrame(readU8(this.#head, 0), payload);
  }
}
