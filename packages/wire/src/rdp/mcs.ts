/** As much of MCS and GCC (T.125, T.124; MS-RDPBCGR §2.2.1.3 to §2.2.1.4, §3.2.5) as a gateway has to find its way in. */
import { readU16, writeU16 } from "../bytes/big-endian.ts";
import { concatBytes } from "../bytes/concat.ts";
import { readU16Le } from "../bytes/little-endian.ts";
import { TPKT_HEADER_BYTES, tpkt, X224_DATA_BYTES } from "./tpkt.ts";

/** Where the MCS message begins in a TPKT. */
export const MCS_AT = TPKT_HEADER_BYTES + X224_DATA_BYTES;
const X224_DATA_CODE = 0xf0;

/** T.125: Connect-Initial and Connect-Response have BER tags of two bytes; domain messages are PER choices. */
const CONNECT_INITIAL = [0x7f, 0x65] as const;
const CONNECT_RESPONSE = [0x7f, 0x66] as const;
const DOMAIN = { sendDataRequest: 25, sendDataIndication: 26 } as const;

export type McsKind = "connect-initial" | "connect-response" | "data-to-machine" | "data-to-viewer" | "other";

/** What a TPKT carries; `undefined` where it carries no MCS message at all. */
export function mcsKindOf(pdu: Uint8Array): McsKind | undefined {
  if (pdu.length <= MCS_AT || pdu[TPKT_HEADER_BYTES + 1] !== X224_DATA_CODE) return undefined;
  const [first = 0, second = 0] = pdu.subarray(MCS_AT);
  if (first === CONNECT_INITIAL[0] && second === CONNECT_INITIAL[1]) return "connect-initial";
  if (first === CONNECT_RESPONSE[0] && second === CONNECT_RESPONSE[1]) return "connect-response";
  switch (first >> 2) {
    case DOMAIN.sendDataRequest:
      return "data-to-machine";
    case DOMAIN.sendDataIndication:
      return "data-to-viewer";
    default:
      return "other";
  }
}

/** A message on a channel. */
export interface ChannelData {
  readonly channelId: number;
  /** Everything before `payload` but the length: choice, initiator, channel, priority. */
  readonly head: Uint8Array;
  readonly payload: Uint8Array;
}

const SEND_DATA_HEAD_BYTES =
  1 /* choice */ + 2 /* initiator */ + 2 /* channel */ + 1; /* priority and segmentation */

/** Reads SendDataRequest or SendDataIndication; `undefined` where its lengths do not fit the TPKT. */
export function parseChannelData(pdu: Uint8Array): ChannelData | undefined {
  const mcs = pdu.subarray(MCS_AT);
  const length = perLengthAt(mcs, SEND_DATA_HEAD_BYTES);
  if (!length) return undefined;
  const payload = mcs.subarray(SEND_DATA_HEAD_BYTES + length.size);
  if (payload.length !== length.value) return undefined;
  return { channelId: readU16(mcs, 3), head: mcs.subarray(0, SEND_DATA_HEAD_BYTES), payload };
}

/** The same message with another payload; a length of two bytes is always allowed. */
export function encodeChannelData({ head, payload }: Omit<ChannelData, "channelId">): Uint8Array {
  const length = new Uint8Array(2);
  writeU16(length, 0, 0x8000 | payload.length);
  return tpkt(concatBytes([Uint8Array.of(2, X224_DATA_CODE, 0x80), head, length, payload]));
}

/** PER's length determinant: one byte below 128, otherwise two with the highest bit set (longer ones are fragments). */
function perLengthAt(bytes: Uint8Array, at: number) {
  const [first, second] = [bytes[at], bytes[at + 1]];
  if (first === undefined) return undefined;
  if ((first & 0x80) === 0) return { value: first, size: 1 };
  return second === undefined || (first & 0x40) !== 0
    ? undefined
    : { value: ((first & 0x3f) << 8) | second, size: 2 };
}

/** A data block of the GCC conference messages: CS_CORE and its kind. `bytes` includes the header and is a view. */
export interface SettingsBlock {
  readonly type: number;
  readonly bytes: Uint8Array;
}

const BLOCK_HEADER_BYTES = 2 /* type */ + 2; /* length, including the header */
/** The H.221 keys (MS-RDPBCGR §2.2.1.3, §2.2.1.4) right before the settings. */
const CLIENT_KEY = "Duca";
const SERVER_KEY = "McDn";

/** The settings in a Connect-Initial or Connect-Response, or `undefined` where they do not add up. */
export function parseSettings(
  pdu: Uint8Array,
  from: "viewer" | "machine",
): readonly SettingsBlock[] | undefined {
  const key = from === "viewer" ? CLIENT_KEY : SERVER_KEY;
  const at = indexOfText(pdu, key);
  const length = at < 0 ? undefined : perLengthAt(pdu, at + key.length);
  if (!length) return undefined;
  const settings = pdu.subarray(at + key.length + length.size);
  if (settings.length < length.value) return undefined;
  const blocks: SettingsBlock[] = [];
  for (let next = 0; next < length.value; ) {
    if (length.value < next + BLOCK_HEADER_BYTES) return undefined;
    const size = readU16Le(settings, next + 2);
    if (size < BLOCK_HEADER_BYTES || length.value < next + size) return undefined;
    blocks.push({ type: readU16Le(settings, next), bytes: settings.subarray(next, next + size) });
    next += size;
  }
  return blocks;
}

function indexOfText(bytes: Uint8Array, text: string): number {
  const codes = Array.from(text, (character) => character.charCodeAt(0));
  return bytes.findIndex((_, at) => codes.every((code, i) => bytes[at + i] === code));
}
