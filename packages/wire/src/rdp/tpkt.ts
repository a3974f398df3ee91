/** TPKT (RFC 1006 §6): the envelope around every RDP message that is not fast-path. */
import { readU16, writeU16 } from "../bytes/big-endian.ts";

export const TPKT_VERSION = 3;
export const TPKT_HEADER_BYTES = 1 /* version */ + 1 /* reserved */ + 2; /* length */
/** X.224 data header inside a TPKT: length indicator, DT code, end of unit. */
export const X224_DATA_BYTES = 3;

export type PduReading =
  | { readonly at: "more" }
  | { readonly at: "refused"; readonly why: string }
  | { readonly at: "read"; readonly size: number; readonly isFastPath: boolean };

/**
 * The size of the RDP message at the beginning of `bytes`: a TPKT, or a fast-path message (MS-RDPBCGR §2.2.9.1.2), which
 * begins with two zero bits and has its length in one or two bytes. LIMIT: both lengths have 16 bits at most.
 */
export function readPduSize(bytes: Uint8Array): PduReading {
  const [first, second, third, fourth] = bytes;
  if (first === undefined || second === undefined) return { at: "more" };
  if (first === TPKT_VERSION) {
    if (third === undefined || fourth === undefined) return { at: "more" };
    const size = readU16(bytes, 2);
    return size < TPKT_HEADER_BYTES + X224_DATA_BYTES
      ? { at: "refused", why: "TPKT shorter than its header" }
      : { at: "read", size, isFastPath: false };
  }
  return readFastPathSize(bytes);
}

function readFastPathSize(bytes: Uint8Array): PduReading {
  const [first = 0, second = 0, third] = bytes;
  if ((first & 3) !== 0) return { at: "refused", why: "neither TPKT nor fast-path" };
  const isLong = (second & 0x80) !== 0;
  if (isLong && third === undefined) return { at: "more" };
  const size = isLong ? ((second & 0x7f) << 8) | (third ?? 0) : second;
  return size < (isLong ? 3 : 2)
    ? { at: "refused", why: "fast-path message shorter than its header" }
    : { at: "read", size, isFastPath: true };
}

/** `body` in a TPKT. The caller keeps it below 64 KiB. */
export function tpkt(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(TPKT_HEADER_BYTES + body.length);
  packet[0] = TPKT_VERSION;
  writeU16(packet, 2, packet.length);
  packet.set(body, TPKT_HEADER_BYTES);
  return packet;
}
