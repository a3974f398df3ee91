/**
 * WebSocket frames as a server sends them (RFC 6455 §5): unmasked, never fragmented, never compressed.
 *
 * The data frame's header is written into head-room in front of the payload, so that header and payload leave in one
 * write without a copy. permessage-deflate is never negotiated: desktop protocols compress better themselves, and it
 * costs 25 times the CPU.
 */
import { bytesOfLatin1, writeU16, writeU32 } from "../bytes/big-endian.ts";
import { CLOSE_CODE, MAX_CONTROL_PAYLOAD_BYTES, OPCODE } from "./opcodes.ts";

/** Room to leave in front of a payload: 10 bytes of header, rounded up so that the payload stays aligned. */
export const HEAD_ROOM_BYTES = 16;

const FIN = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * Writes the header of one final binary frame right before `payloadStart` and returns where the frame begins.
 * `block` must have {@link HEAD_ROOM_BYTES} bytes in front of the payload that may be overwritten.
 */
export function putBinaryHeader(block: Uint8Array, payloadStart: number, payloadBytes: number): number {
  if (payloadBytes < LENGTH_16) {
    block[payloadStart - 2] = FIN | OPCODE.binary;
    block[payloadStart - 1] = payloadBytes;
    return payloadStart - 2;
  }
  if (payloadBytes < 0x10000) {
    block[payloadStart - 4] = FIN | OPCODE.binary;
    block[payloadStart - 3] = LENGTH_16;
    writeU16(block, payloadStart - 2, payloadBytes);
    return payloadStart - 4;
  }
  block[payloadStart - 10] = FIN | OPCODE.binary;
  block[payloadStart - 9] = LENGTH_64;
  writeU32(block, payloadStart - 8, Math.floor(payloadBytes / 0x100000000));
  writeU32(block, payloadStart - 4, payloadBytes >>> 0);
  return payloadStart - 10;
}

/** One control frame. A longer payload than a control frame may carry is a programming error. */
export function encodeControlFrame(
  opcode: typeof OPCODE.close | typeof OPCODE.ping | typeof OPCODE.pong,
  payload: Uint8Array,
): Uint8Array {
  if (MAX_CONTROL_PAYLOAD_BYTES < payload.length)
    throw new RangeError(`control payload of ${payload.length} bytes`);
  const frame = new Uint8Array(2 + payload.length);
  frame[0] = FIN | opcode;
  frame[1] = payload.length;
  frame.set(payload, 2);
  return frame;
}

/** A Close frame with a code and a short ASCII reason; without a code where the peer gave none (1005 is never sent). */
export function encodeClose(code: number, reason = ""): Uint8Array {
  if (code === CLOSE_CODE.noStatus) return encodeControlFrame(OPCODE.close, new Uint8Array(0));
  const payload = new Uint8Array(2 + reason.length);
  writeU16(payload, 0, code);
  payload.set(bytesOfLatin1(reason), 2);
  return encodeControlFrame(OPCODE.close, payload);
}
