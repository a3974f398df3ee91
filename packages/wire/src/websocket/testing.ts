/** A WebSocket peer for tests: frames of any kind, valid or not, and a sink that writes down what a decoder said. */
import { writeU16, writeU32 } from "../bytes/big-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { FrameDecoder, type FrameOrigin, type FrameSink } from "./frame-decoder.ts";

export interface Frame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  readonly isFinal?: boolean;
  /** Reserved bits, 0x10 to 0x70. */
  readonly reserved?: number;
  /** Four bytes as a big-endian number; absent means unmasked. */
  readonly mask?: number;
}

/** RFC 6455 §5.2, written byte by byte. */
export function encodeFrame(frame: Frame): Uint8Array {
  const { opcode, payload, isFinal = true, reserved = 0, mask } = frame;
  const head = frameHead((isFinal ? 0x80 : 0) | reserved | opcode, payload.length, mask);
  const body =
    mask === undefined ? payload : payload.map((byte, i) => byte ^ ((mask >>> (24 - 8 * (i & 3))) & 255));
  return joined([head, body]);
}

/** A frame's header alone, with the shortest form of its length. */
export function frameHead(flags: number, length: number, mask?: number): Uint8Array {
  const maskBit = mask === undefined ? 0 : 0x80;
  const maskBytes = mask === undefined ? new Uint8Array(0) : new Uint8Array(4);
  if (mask !== undefined) writeU32(maskBytes, 0, mask);
  if (length < 126) return Uint8Array.of(flags, maskBit | length, ...maskBytes);
  if (length < 0x10000) {
    const head = Uint8Array.of(flags, maskBit | 126, 0, 0, ...maskBytes);
    writeU16(head, 2, length);
    return head;
  }
  const head = Uint8Array.of(flags, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0, ...maskBytes);
  writeU32(head, 2, Math.floor(length / 0x100000000));
  writeU32(head, 6, length % 0x100000000);
  return head;
}

/** What a decoder said, with neighbouring payload pieces as one. */
export type Said =
  | { readonly payload: readonly number[] }
  | { readonly ping: readonly number[] }
  | { readonly pong: readonly number[] }
  | { readonly close: number; readonly reason: string }
  | { readonly violation: number; readonly reason: string };

class NotingSink implements FrameSink {
  readonly said: Said[] = [];
  onPayload(piece: Uint8Array): void {
    const last = this.said.at(-1);
    const before = last && "payload" in last ? last.payload : undefined;
    if (before) this.said.pop();
    this.said.push({ payload: [...(before ?? []), ...piece] });
  }
  onPing(payload: Uint8Array): void {
    this.said.push({ ping: [...payload] });
  }
  onPong(payload: Uint8Array): void {
    this.said.push({ pong: [...payload] });
  }
  onClose(code: number, reason: string): void {
    this.said.push({ close: code, reason });
  }
  onViolation(violation: number, reason: string): void {
    this.said.push({ violation, reason });
  }
}

/** Decodes `stream` cut at `cuts` (any numbers; those outside do nothing). The stream itself is left as it is. */
export function decoded(
  stream: Uint8Array,
  origin: FrameOrigin,
  cuts: readonly number[] = [],
): readonly Said[] {
  const sink = new NotingSink();
  const decoder = new FrameDecoder(sink, origin);
  for (const chunk of chunked(stream, cuts)) decoder.feed(chunk);
  return sink.said;
}
