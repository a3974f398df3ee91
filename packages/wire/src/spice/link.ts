/**
 * How a SPICE channel begins ("The Spice protocol", Link stage): who each side is, what both can do, a ticket, a verdict.
 *
 * Both roles, since the gateway is the server of the viewer and the client of the machine. Pure: the functions look at
 * the bytes that are there and say what they are, or how many are missing. RSA is the runtime's.
 */
import { readU8 } from "../bytes/big-endian.ts";
import { readU32Le, u32Le, writeU32Le } from "../bytes/little-endian.ts";

/** `wanting`: more bytes are needed. `malformed`: this is no SPICE, or nothing we understand. */
export type Reading<Value> =
  | { readonly at: "wanting" }
  | { readonly at: "read"; readonly value: Value; readonly size: number }
  | { readonly at: "malformed"; readonly reason: string };

/** Capabilities as bits in words of 32. */
export interface Capabilities {
  readonly common: readonly number[];
  readonly channel: readonly number[];
}

/** What a client says first. */
export interface LinkRequest extends Capabilities {
  /** 0 for the first channel; the server's session number for all others. */
  readonly connectionId: number;
  readonly channelType: number;
  readonly channelId: number;
}

export interface LinkReply extends Capabilities {
  /** 0: so far, so good. */
  readonly error: number;
  /** The key that the ticket is to be encrypted with: RSA of 1024 bits as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

export const SPICE_LINK = { ok: 0, needSecured: 5, permissionDenied: 7 } as const;
export const SPICE_CHANNEL = {
  main: 1,
  display: 2,
  inputs: 3,
  cursor: 4,
  playback: 5,
  port: 10,
  webdav: 11,
} as const;
export const SPICE_PUBLIC_KEY_BYTES = 162;
export const SPICE_TICKET_BYTES = 128;
/** Bits of the first word of common capabilities. */
export const SPICE_COMMON_CAPABILITY = {
  authSelection: 1 << 0,
  authSpice: 1 << 1,
  miniHeader: 1 << 3,
} as const;

const MAGIC = [0x52, 0x45, 0x44, 0x51]; /* REDQ */
const MAJOR_VERSION = 2;
const MINOR_VERSION = 2;
const HEADER_BYTES = 4 /* magic */ + 4 /* major */ + 4 /* minor */ + 4; /* size */
const REQUEST_BYTES = 4 /* connection */ + 1 /* type */ + 1 /* id */ + 4 + 4 /* counts */ + 4; /* offset */
const REPLY_BYTES = 4 /* error */ + SPICE_PUBLIC_KEY_BYTES + 4 + 4 /* counts */ + 4; /* offset */
/** LIMIT: as SPICE servers themselves take. */
const MAX_LINK_BYTES = 4_096;
/** LIMIT: words of capabilities of one kind; servers in use have one or two. */
const MAX_CAPABILITY_WORDS = 64;
/** The only way to authenticate that viewers in browsers know; SASL is the other. */
const AUTH_MECHANISM_SPICE = 1;

const WANTING = { at: "wanting" } as const;

export function readLinkRequest(bytes: Uint8Array): Reading<LinkRequest> {
  return readMessage(bytes, REQUEST_BYTES, (body) => ({
    connectionId: readU32Le(body, 0),
    channelType: readU8(body, 4),
    channelId: readU8(body, 5),
    ...readCapabilities(body, 6),
  }));
}

export function readLinkReply(bytes: Uint8Array): Reading<LinkReply> {
  return readMessage(bytes, REPLY_BYTES, (body) => ({
    error: readU32Le(body, 0),
    publicKey: body.slice(4, 4 + SPICE_PUBLIC_KEY_BYTES),
    ...readCapabilities(body, 4 + SPICE_PUBLIC_KEY_BYTES),
  }));
}

export function encodeLinkRequest(request: LinkRequest): Uint8Array {
  const head = new Uint8Array(6);
  writeU32Le(head, 0, request.connectionId);
  head[4] = request.channelType;
  head[5] = request.channelId;
  return encodeMessage(head, REQUEST_BYTES, request);
}

export function encodeLinkReply(reply: LinkReply): Uint8Array {
  const head = new Uint8Array(4 + SPICE_PUBLIC_KEY_BYTES);
  writeU32Le(head, 0, reply.error);
  head.set(reply.publicKey.subarray(0, SPICE_PUBLIC_KEY_BYTES), 4);
  return encodeMessage(head, REPLY_BYTES, reply);
}

/** The client's ticket, encrypted; in front of it the way to authenticate, where both sides know the choice. */
export function readTicket(bytes: Uint8Array, hasMechanism: boolean): Reading<Uint8Array> {
  const from = hasMechanism ? 4 : 0;
  if (bytes.length < from + SPICE_TICKET_BYTES) return WANTING;
  if (hasMechanism && readU32Le(bytes, 0) !== AUTH_MECHANISM_SPICE)
    return { at: "malformed", reason: `authentication mechanism ${readU32Le(bytes, 0)}` };
  return {
    at: "read",
    value: bytes.slice(from, from + SPICE_TICKET_BYTES),
    size: from + SPICE_TICKET_BYTES,
  };
}

export function encodeTicketMessage(ticket: Uint8Array, hasMechanism: boolean): Uint8Array {
  return Uint8Array.of(...(hasMechanism ? u32Le(AUTH_MECHANISM_SPICE) : []), ...ticket);
}

/** The server's verdict on the ticket. */
export function readLinkResult(bytes: Uint8Array): Reading<number> {
  return bytes.length < 4 ? WANTING : { at: "read", value: readU32Le(bytes, 0), size: 4 };
}

export function encodeLinkResult(result: number): Uint8Array {
  return u32Le(result);
}

/** Whether a side with these capabilities chooses, or takes a choice of, the way to authenticate. */
export function hasAuthSelection({ common }: Pick<Capabilities, "common">): boolean {
  return ((common[0] ?? 0) & SPICE_COMMON_CAPABILITY.authSelection) !== 0;
}

/** Whether a server that lets the client choose takes a SPICE ticket. */
export function takesTicket({ common }: Pick<Capabilities, "common">): boolean {
  return ((common[0] ?? 0) & SPICE_COMMON_CAPABILITY.authSpice) !== 0;
}

function readMessage<Value>(
  bytes: Uint8Array,
  leastBytes: number,
  read: (body: Uint8Array) => Value,
): Reading<Value> {
  for (const [i, byte] of MAGIC.entries())
    if (i < bytes.length && bytes[i] !== byte) return { at: "malformed", reason: "no SPICE link message" };
  if (bytes.length < HEADER_BYTES) return WANTING;
  const major = readU32Le(bytes, 4);
  const size = readU32Le(bytes, 12);
  if (major !== MAJOR_VERSION) return { at: "malformed", reason: `SPICE version ${major}` };
  if (size < leastBytes || MAX_LINK_BYTES < size)
    return { at: "malformed", reason: `link message of ${size} bytes` };
  if (bytes.length < HEADER_BYTES + size) return WANTING;
  try {
    const value = read(bytes.subarray(HEADER_BYTES, HEADER_BYTES + size));
    return { at: "read", value, size: HEADER_BYTES + size };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { at: "malformed", reason: `link message: ${error.message}` };
  }
}

/** Two counts and where the words begin, counted from the body's beginning. */
function readCapabilities(body: Uint8Array, at: number): Capabilities {
  const commonCount = readU32Le(body, at);
  const channelCount = readU32Le(body, at + 4);
  const offset = readU32Le(body, at + 8);
  if (MAX_CAPABILITY_WORDS < commonCount || MAX_CAPABILITY_WORDS < channelCount)
    throw new RangeError(`${commonCount} and ${channelCount} words of capabilities`);
  const words = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => readU32Le(body, from + 4 * i));
  return { common: words(offset, commonCount), channel: words(offset + 4 * commonCount, channelCount) };
}

function encodeMessage(head: Uint8Array, bodyBytes: number, { common, channel }: Capabilities): Uint8Array {
  const words = u32Le(...common, ...channel);
  const size = bodyBytes + words.length;
  return Uint8Array.of(
    ...MAGIC,
    ...u32Le(MAJOR_VERSION, MINOR_VERSION, size),
    ...head,
    ...u32Le(common.length, channel.length, bodyBytes),
    ...words,
  );
}
