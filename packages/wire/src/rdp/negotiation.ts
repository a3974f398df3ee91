/** The first two messages of RDP: X.224 connection request and confirm with the choice of security (MS-RDPBCGR §2.2.1.1, §2.2.1.2). */
import { bytesOfLatin1, latin1, readU16 } from "../bytes/big-endian.ts";
import { concatBytes } from "../bytes/concat.ts";
import { readU32Le, u32Le, writeU32Le } from "../bytes/little-endian.ts";
import { TPKT_HEADER_BYTES, TPKT_VERSION, tpkt } from "./tpkt.ts";

/** RDP_NEG_REQ.requestedProtocols; 0 is the old security of RDP itself, which is never used here. */
export const RDP_SECURITY = { tls: 1, credssp: 2, rdstls: 4, credsspEarly: 8 } as const;

const X224 = { connectionRequest: 0xe0, connectionConfirm: 0xd0 } as const;
const NEGOTIATION = { request: 1, response: 2, failure: 3 } as const;
const NEGOTIATION_BYTES = 1 /* type */ + 1 /* flags */ + 2 /* length */ + 4; /* protocols */
/** Length indicator, code, destination, source, class. */
const X224_FIXED_BYTES = 7;
/** LIMIT: either message; requests carry a cookie or routing token, confirms are 19 bytes as a rule. */
const MAX_NEGOTIATION_BYTES = 512;

/** RDP_NEG_FAILURE.failureCode (§2.2.1.2.2), by what the machine means. */
export const NEGOTIATION_FAILURES: Readonly<Record<number, string>> = {
  1: "SSL_REQUIRED_BY_SERVER",
  2: "SSL_NOT_ALLOWED_BY_SERVER",
  3: "SSL_CERT_NOT_ON_SERVER",
  4: "INCONSISTENT_FLAGS",
  5: "HYBRID_REQUIRED_BY_SERVER",
  6: "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER",
};

export interface ConnectionRequest {
  /** `Cookie: mstshash=NAME`, which some machines write to their log. */
  readonly cookieName: string | undefined;
  readonly protocols: number;
}

/** Reads a client's request, a whole TPKT; `undefined` where it is none. */
export function parseConnectionRequest(packet: Uint8Array): ConnectionRequest | undefined {
  if (!isX224(packet, X224.connectionRequest)) return undefined;
  const rest = packet.subarray(TPKT_HEADER_BYTES + X224_FIXED_BYTES);
  const negotiation = rest.subarray(-NEGOTIATION_BYTES);
  const hasNegotiation = negotiation.length === NEGOTIATION_BYTES && negotiation[0] === NEGOTIATION.request;
  const cookie = /^Cookie: mstshash=([\x20-\x7e]{0,64})\r\n/.exec(latin1(rest));
  return {
    cookieName: cookie?.[1],
    protocols: hasNegotiation ? readU32Le(negotiation, 4) : 0,
  };
}

export function encodeConnectionRequest({ cookieName, protocols }: ConnectionRequest): Uint8Array {
  const cookie = cookieName === undefined ? "" : `Cookie: mstshash=${cookieName}\r\n`;
  const negotiation = concatBytes([
    Uint8Array.of(NEGOTIATION.request, 0, NEGOTIATION_BYTES, 0),
    u32Le(protocols),
  ]);
  const rest = concatBytes([bytesOfLatin1(cookie), negotiation]);
  const lengthIndicator = X224_FIXED_BYTES - 1 + rest.length;
  return tpkt(concatBytes([Uint8Array.of(lengthIndicator, X224.connectionRequest, 0, 0, 0, 0, 0), rest]));
}

export type ConnectionConfirm =
  | { readonly at: "more" }
  | { readonly at: "refused"; readonly why: string }
  | { readonly at: "selected"; readonly size: number; readonly protocol: number }
  /** The machine's word on why there is no way; `name` as the specification spells it. */
  | { readonly at: "failed"; readonly size: number; readonly code: number; readonly name: string }
  /** No negotiation at all: a machine that only knows RDP's own security. */
  | { readonly at: "old-security"; readonly size: number };

/** Reads a machine's confirm at the beginning of `bytes`. */
export function readConnectionConfirm(bytes: Uint8Array): ConnectionConfirm {
  const [version] = bytes;
  if (version === undefined) return { at: "more" };
  if (version !== TPKT_VERSION) return { at: "refused", why: "machine does not speak RDP" };
  if (bytes.length < TPKT_HEADER_BYTES) return { at: "more" };
  const size = readU16(bytes, 2);
  if (size < TPKT_HEADER_BYTES + X224_FIXED_BYTES || MAX_NEGOTIATION_BYTES < size)
    return { at: "refused", why: `connection confirm of ${size} bytes` };
  if (bytes.length < size) return { at: "more" };
  const packet = bytes.subarray(0, size);
  if (!isX224(packet, X224.connectionConfirm)) return { at: "refused", why: "no X.224 connection confirm" };
  const negotiation = packet.subarray(TPKT_HEADER_BYTES + X224_FIXED_BYTES);
  if (negotiation.length < NEGOTIATION_BYTES) return { at: "old-security", size };
  const value = readU32Le(negotiation, 4);
  switch (negotiation[0]) {
    case NEGOTIATION.response:
      return value === 0 ? { at: "old-security", size } : { at: "selected", size, protocol: value };
    case NEGOTIATION.failure:
      return { at: "failed", size, code: value, name: NEGOTIATION_FAILURES[value] ?? `failure ${value}` };
    default:
      return { at: "refused", why: "negotiation of unknown type" };
  }
}

/** A copy of the confirm that names another protocol than the machine selected. */
export function withSelectedProtocol(confirm: Uint8Array, protocol: number): Uint8Array {
  const copy = confirm.slice();
  writeU32Le(copy, TPKT_HEADER_BYTES + X224_FIXED_BYTES + 4, protocol);
  return copy;
}

function isX224(packet: Uint8Array, code: number): boolean {
  const indicated = packet[TPKT_HEADER_BYTES] ?? 0;
  return (
    TPKT_HEADER_BYTES + X224_FIXED_BYTES <= packet.length &&
    indicated + TPKT_HEADER_BYTES + 1 === packet.length &&
    ((packet[TPKT_HEADER_BYTES + 1] ?? 0) & 0xf0) === code
  );
}
