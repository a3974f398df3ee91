/** The client's name, password and wishes (TS_INFO_PACKET, MS-RDPBCGR §2.2.1.11.1.1), rewritten on the way to the machine. */
import { concatBytes } from "../bytes/concat.ts";
import { readU16Le, readU32Le, utf16Le, writeU16Le, writeU32Le } from "../bytes/little-endian.ts";
import { encodeChannelData, parseChannelData } from "./mcs.ts";

const SEC_INFO_PKT = 0x0040;
const SECURITY_HEADER_BYTES = 2 /* flags */ + 2; /* flagsHi */
const INFO = { autologon: 0x00000008, unicode: 0x00000010 } as const;

/** Offsets from the packet's first byte. */
const AT = { flags: 4, lengths: 8, strings: 18 } as const;
const STRINGS = 5; /* domain, user name, password, shell, folder */
/** Each length leaves out the terminator, which is there all the same. */
const TERMINATOR_BYTES = 2;

export interface ClientInfoChange {
  /** What the machine is told instead of what the client says; `undefined` leaves the client's own. */
  readonly credential:
    | { readonly username: string; readonly domain: string; readonly password: string }
    | undefined;
  /** IronRDP sends a password without asking to be signed in with it; machines then show their own form. */
  readonly asksForSignIn: boolean;
}

/** Whether a message to the machine is the client's info. */
export function isClientInfo(pdu: Uint8Array): boolean {
  const payload = parseChannelData(pdu)?.payload;
  return payload !== undefined && 2 <= payload.length && (readU16Le(payload, 0) & SEC_INFO_PKT) !== 0;
}

/** The rewritten message, or `undefined` where it is not what it should be. */
export function changeClientInfo(pdu: Uint8Array, change: ClientInfoChange): Uint8Array | undefined {
  const data = parseChannelData(pdu);
  if (!data) return undefined;
  const info = data.payload.slice(SECURITY_HEADER_BYTES);
  if (info.length < AT.strings) return undefined;
  const flags = readU32Le(info, AT.flags);
  // Every client since 1998 writes UTF-16; in ANSI the terminators would be shorter.
  if ((flags & INFO.unicode) === 0) return undefined;
  const strings = readStrings(info);
  if (!strings) return undefined;
  const kept = change.asksForSignIn ? flags | INFO.autologon : flags & ~INFO.autologon;
  writeU32Le(info, AT.flags, kept >>> 0);
  const { credential } = change;
  const [domain, username, password, ...others] = strings.pieces;
  if (!domain || !username || !password) return undefined;
  const pieces = credential
    ? [credential.domain, credential.username, credential.password].map(terminated)
    : [domain, username, password];
  for (const [i, piece] of pieces.entries())
    writeU16Le(info, AT.lengths + i * 2, piece.length - TERMINATOR_BYTES);
  const payload = concatBytes([
    data.payload.subarray(0, SECURITY_HEADER_BYTES),
    info.subarray(0, AT.strings),
    ...pieces,
    ...others,
    info.subarray(strings.end),
  ]);
  return encodeChannelData({ head: data.head, payload });
}

function readStrings(info: Uint8Array) {
  const pieces: Uint8Array[] = [];
  let at: number = AT.strings;
  for (let i = 0; i < STRINGS; i++) {
    const end = at + readU16Le(info, AT.lengths + i * 2) + TERMINATOR_BYTES;
    if (info.length < end) return undefined;
    pieces.push(info.subarray(at, end));
    at = end;
  }
  return { pieces, end: at };
}

function terminated(text: string): Uint8Array {
  return utf16Le(`${text}\0`);
}
