/**
 * A streaming WebSocket receiver (RFC 6455 §5): payload is handed on as it comes, so that memory stays constant
 * whatever length a frame claims.
 *
 * Pure: bytes in, calls out. It only knows binary messages; text is refused, because a tunnel carries bytes.
 * INVARIANT: once failed or closed, every further byte is ignored.
 */
import { latin1, readU16 } from "../bytes/big-endian.ts";
import { CLOSE_CODE, MAX_CONTROL_PAYLOAD_BYTES, OPCODE } from "./opcodes.ts";
import { unmask } from "./unmask.ts";

/** What a decoder tells its owner. Payload slices belong to the chunk that was fed and have been unmasked in place. */
export interface FrameSink {
  onPayload(piece: Uint8Array): void;
  onPing(payload: Uint8Array): void;
  onPong(payload: Uint8Array): void;
  /** The peer's Close frame, with 1005 where it named no code. Nothing follows. */
  onClose(code: number, reason: string): void;
  /** The peer broke the protocol; `closeCode` is what to tell it. Nothing follows. */
  onViolation(closeCode: number, reason: string): void;
}

/** Whose frames are decoded: RFC 6455 §5.1 has clients mask every frame and servers none. */
export type FrameOrigin = "client" | "server";

const LONGEST_HEADER_BYTES = 2 /* flags, length */ + 8 /* length */ + 4; /* mask */
const SHORTEST_HEADER_BYTES = 2;
const FIN = 0x80;
const RESERVED = 0x70;
const OPCODE_BITS = 0x0f;
const CONTROL_BIT = 0x08;
const MASKED = 0x80;

export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #origin: FrameOrigin;
  readonly #header = new Uint8Array(LONGEST_HEADER_BYTES);
  #headerHave = 0;
  #headerNeed = SHORTEST_HEADER_BYTES;
  #opcode = 0;
  #left = 0;
  #mask = 0;
  #phase = 0;
  #isInMessage = false;
  #isDone = false;
  /** Only while a control frame is being collected. */
  #control: Uint8Array | undefined;
  #controlHave = 0;

  constructor(sink: FrameSink, origin: FrameOrigin) {
    this.#sink = sink;
    this.#origin = origin;
  }

  /** Whether a Close frame or a violation ended the stream. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Takes the next bytes of the stream. Masked payload in `chunk` is overwritten by its plain form. */
  feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#isDone) {
      at = 0 < this.#left ? this.#takePayload(chunk, at) : this.#takeHeader(chunk, at);
    }
  }

  #takePayload(chunk: Uint8Array, from: number): number {
    const to = Math.min(chunk.length, from + this.#left);
    if (this.#mask !== 0) unmask(chunk, { from, to }, this.#mask, this.#phase);
    this.#phase = (this.#phase + to - from) & 3;
    this.#left -= to - from;
    if (this.#control) this.#takeControl(this.#control, chunk.subarray(from, to));
    else this.#sink.onPayload(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
    return to;
  }

  #takeHeader(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && this.#headerHave < this.#headerNeed) {
      this.#header[this.#headerHave++] = chunk[at++] as number; // in bounds by the loop's condition
      if (this.#headerHave === SHORTEST_HEADER_BYTES) this.#headerNeed = this.#wholeHeaderBytes();
    }
    if (this.#headerHave === this.#headerNeed) this.#beginFrame();
    return at;
  }

  #wholeHeaderBytes(): number {
    const short = this.#lengthBits();
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = ((this.#header[1] ?? 0) & MASKED) === 0 ? 0 : 4;
    return SHORTEST_HEADER_BYTES + lengthBytes + maskBytes;
  }

  #lengthBits(): number {
    return (this.#header[1] ?? 0) & 0x7f;
  }

  #beginFrame(): void {
    const flags = this.#header[0] ?? 0;
    const isMasked = ((this.#header[1] ?? 0) & MASKED) !== 0;
    const length = this.#payloadBytes();
    this.#opcode = flags & OPCODE_BITS;
    const isFinal = (flags & FIN) !== 0;
    const violation = this.#violationOf({ flags, isMasked, isFinal, length });
    if (violation) {
      this.#fail(violation.code, violation.reason);
      return;
    }
    this.#mask = isMasked ? this.#readMask() : 0;
    this.#phase = 0;
    this.#left = length;
    this.#headerHave = 0;
    this.#headerNeed = SHORTEST_HEADER_BYTES;
    if ((this.#opcode & CONTROL_BIT) !== 0) this.#beginControl(length);
    else this.#isInMessage = !isFinal;
  }

  #payloadBytes(): number {
    const short = this.#lengthBits();
    if (short < 126) return short;
    if (short === 126) return readU16(this.#header, 2);
    let length = 0;
    for (let i = 2; i < 10; i++) length = length * 256 + (this.#header[i] ?? 0);
    return length;
  }

  #readMask(): number {
    const at = this.#headerNeed - 4;
    return ((readU16(this.#header, at) << 16) | readU16(this.#header, at + 2)) >>> 0;
  }

  /** The first rule of RFC 6455 §5.2 and §5.4 that the header breaks. */
  #violationOf(head: {
    flags: number;
    isMasked: boolean;
    isFinal: boolean;
    length: number;
  }): { code: number; reason: string } | undefined {
    const broken = (reason: string) => ({ code: CLOSE_CODE.protocolError, reason });
    if ((head.flags & RESERVED) !== 0) return broken("reserved bits are set");
    if (head.isMasked !== (this.#origin === "client"))
      return broken(head.isMasked ? "frame is masked" : "frame is not masked");
    if (!this.#isShortestLength(head.length)) return broken("length is not in its shortest form");
    // LIMIT: 2^53-1 bytes, the largest exact number; the most significant bit must be 0 anyway.
    if (!Number.isSafeInteger(head.length)) return { code: CLOSE_CODE.tooBig, reason: "frame is too long" };
    if ((this.#opcode & CONTROL_BIT) !== 0) return this.#controlViolation(head.isFinal, head.length);
    if (this.#opcode === OPCODE.text)
      return { code: CLOSE_CODE.unsupportedData, reason: "only binary messages are taken" };
    if (this.#opcode !== OPCODE.binary && this.#opcode !== OPCODE.continuation)
      return broken("opcode is unknown");
    if ((this.#opcode === OPCODE.continuation) !== this.#isInMessage)
      return broken("message is out of order");
    return undefined;
  }

  #isShortestLength(length: number): boolean {
    const short = this.#lengthBits();
    if (short === 126) return 126 <= length;
    return short !== 127 || 0x10000 <= length;
  }

  #controlViolation(isFinal: boolean, length: number): { code: number; reason: string } | undefined {
    const { close, ping, pong } = OPCODE;
    if (this.#opcode !== close && this.#opcode !== ping && this.#opcode !== pong) {
      return { code: CLOSE_CODE.protocolError, reason: "opcode is unknown" };
    }
    if (!isFinal) return { code: CLOSE_CODE.protocolError, reason: "control frame is fragmented" };
    if (MAX_CONTROL_PAYLOAD_BYTES < length)
      return { code: CLOSE_CODE.protocolError, reason: "control frame is too long" };
    return undefined;
  }

  #beginControl(length: number): void {
    this.#control = new Uint8Array(length);
    this.#controlHave = 0;
    if (length === 0) this.#endControl(this.#control);
  }

  #takeControl(control: Uint8Array, piece: Uint8Array): void {
    control.set(piece, this.#controlHave);
    this.#controlHave += piece.length;
    if (this.#left === 0) this.#endControl(control);
  }

  #endControl(payload: Uint8Array): void {
    this.#control = undefined;
    if (this.#opcode === OPCODE.ping) this.#sink.onPing(payload);
    else if (this.#opcode === OPCODE.pong) this.#sink.onPong(payload);
    else this.#endByClose(payload);
  }

  #endByClose(payload: Uint8Array): void {
    if (payload.length === 1) {
      this.#fail(CLOSE_CODE.protocolError, "close frame has half a code");
      return;
    }
    const code = payload.length === 0 ? CLOSE_CODE.noStatus : readU16(payload, 0);
    if (0 < payload.length && !mayBeSent(code)) {
      this.#fail(CLOSE_CODE.protocolError, "close code is not allowed");
      return;
    }
    this.#isDone = true;
    this.#sink.onClose(code, latin1(payload.subarray(2)));
  }

  #fail(closeCode: number, reason: string): void {
    this.#isDone = true;
    this.#sink.onViolation(closeCode, reason);
  }
}

/** RFC 6455 §7.4: codes an endpoint may put on the wire. */
function mayBeSent(code: number): boolean {
  if (3000 <= code && code <= 4999) return true;
  return 1000 <= code && code <= 1014 && ![1004, 1005, 1006].includes(code);
}
