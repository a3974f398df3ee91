/**
 * The viewer's leg: bytes inside binary WebSocket messages (RFC 6455), pings both ways, an orderly close.
 *
 * INVARIANT: after our Close frame nothing more is sent.
 */
import {
  CLOSE_CODE,
  encodeClose,
  encodeControlFrame,
  FrameDecoder,
  type FrameSink,
  HEAD_ROOM_BYTES,
  OPCODE,
  putBinaryHeader,
} from "@deskgate/wire";
import type { Connection } from "../transport/transport.ts";
import type { Leg, LegReceiver } from "./leg.ts";

const PING_PAYLOAD_BYTES = 4;
/** LIMIT: pongs are dropped while more than this waits for a viewer that pings and does not read. */
const PONG_QUEUE_LIMIT_BYTES = 1024 * 1024;

export class WebSocketLeg implements Leg, FrameSink {
  readonly hasHalfClose = false;
  readonly #connection: Connection;
  readonly #decoder: FrameDecoder;
  #receiver: LegReceiver | undefined;
  #isCloseSent = false;
  #isConnectionClosed = false;
  /** How the viewer's direction ended, for a receiver that is named later. */
  #tellEnd: ((receiver: LegReceiver) => void) | undefined;
  #pingNumber = 0;
  #pingSentAtMs: number | undefined;
  #nowMs: () => number;
  roundTripMs: number | undefined;
  lastPongMs: number | undefined;

  /** `nowMs`: a steady clock, for round-trip times. */
  constructor(connection: Connection, nowMs: () => number) {
    this.#connection = connection;
    this.#nowMs = nowMs;
    this.#decoder = new FrameDecoder(this, "client");
  }

  get ownsBytes(): boolean {
    return this.#connection.ownsBytes;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#connection.queuedBytes;
  }

  lend(): void {
    this.#connection.lend();
  }

  receive(receiver: LegReceiver): void {
    const isFirst = this.#receiver === undefined;
    this.#receiver = receiver;
    if (!isFirst) {
      // The end may have come in the same read as the last bytes for the receiver before.
      if (this.#isConnectionClosed) receiver.onGone(undefined);
      else this.#tellEnd?.(receiver);
      return;
    }
    this.#connection.receive({
      onBytes: (block, from, to) =>
        this.#decoder.feed(from === 0 && to === block.length ? block : block.subarray(from, to)),
      onDrain: () => this.#receiver?.onDrain(),
      onEnd: () => this.#onStreamEnd(),
      onClose: (cause) => {
        this.#isConnectionClosed = true;
        this.#receiver?.onGone(cause);
      },
    });
  }

  send(block: Uint8Array, from: number, to: number, isOwned: boolean): boolean {
    if (this.#isCloseSent) return true;
    if (HEAD_ROOM_BYTES <= from) {
      const begin = putBinaryHeader(block, from, to - from);
      const frame = block.subarray(begin, to);
      return isOwned ? this.#connection.write(frame) : this.#connection.writeBorrowed(frame);
    }
    const roomy = new Uint8Array(HEAD_ROOM_BYTES + to - from);
    roomy.set(block.subarray(from, to), HEAD_ROOM_BYTES);
    return this.send(roomy, HEAD_ROOM_BYTES, roomy.length, true);
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  ping(nowMs: number): void {
    if (this.#isCloseSent || this.#pingSentAtMs !== undefined) return;
    this.#pingNumber = (this.#pingNumber + 1) & 0xffff;
    this.#pingSentAtMs = nowMs;
    this.#connection.write(encodeControlFrame(OPCODE.ping, this.#pingPayload()));
  }

  finish(closeCode: number, reason: string): void {
    if (this.#isCloseSent) return;
    this.#isCloseSent = true;
    this.#connection.write(encodeClose(closeCode, reason));
    // The peer's Close answers ours; if it came first, both are done.
    if (this.#decoder.isDone) this.#connection.end();
  }

  abort(): void {
    this.#connection.abort();
  }

  onPayload(piece: Uint8Array): void {
    this.#receiver?.onBytes(piece, 0, piece.length);
  }

  onPing(payload: Uint8Array): void {
    if (this.#isCloseSent || PONG_QUEUE_LIMIT_BYTES < this.#connection.queuedBytes) return;
    this.#connection.write(encodeControlFrame(OPCODE.pong, payload));
  }

  onPong(payload: Uint8Array): void {
    const expected = this.#pingPayload();
    const isAnswer =
      payload.length === PING_PAYLOAD_BYTES && payload.every((byte, i) => byte === expected[i]);
    if (this.#pingSentAtMs === undefined || !isAnswer) return;
    this.lastPongMs = this.#nowMs();
    this.roundTripMs = this.lastPongMs - this.#pingSentAtMs;
    this.#pingSentAtMs = undefined;
  }

  onClose(code: number, _reason: string): void {
    if (this.#isCloseSent) this.#connection.end();
    this.#tellEnd = (receiver) => receiver.onEnd(code);
    this.#receiver?.onEnd(code);
  }

  onViolation(closeCode: number, reason: string): void {
    this.finish(closeCode, reason);
    this.#tellEnd = (receiver) => receiver.onViolation(reason);
    this.#receiver?.onViolation(reason);
  }

  /** The stream ended; without a Close frame before it, the viewer was lost rather than left. */
  #onStreamEnd(): void {
    if (this.#decoder.isDone) this.#connection.end();
    else this.#receiver?.onGone(undefined);
  }

  #pingPayload(): Uint8Array {
    const payload = new Uint8Array(PING_PAYLOAD_BYTES);
    payload[2] = this.#pingNumber >> 8;
    payload[3] = this.#pingNumber & 255;
    return payload;
  }
}

/** Whether a viewer's close code is an ordinary good-bye: done, page left, or no code given. */
export function isGoodBye(closeCode: number | undefined): boolean {
  return (
    closeCode === CLOSE_CODE.normal || closeCode === CLOSE_CODE.goingAway || closeCode === CLOSE_CODE.noStatus
  );
}
