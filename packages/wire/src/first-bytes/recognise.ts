/**
 * What a connection's first bytes say it is (design §4). Pure; it looks at no more than {@link MOST_BYTES_NEEDED}.
 *
 * TLS record: RFC 8446 §5.1. TPKT: RFC 1006 §6. SSH: RFC 4253 §4.2. HTTP methods: RFC 9110 §9, plus `RDG_OUT_DATA` and
 * `RDG_IN_DATA` of MS-TSGU, which Node's HTTP parser refuses and which therefore must be known before it.
 */
export type FirstBytes = "tls" | "tpkt" | "ssh" | "rd-gateway" | "http" | "unknown";

/** As many bytes as the longest mark takes. */
export const MOST_BYTES_NEEDED = 5;

const MARKS: readonly { readonly kind: FirstBytes; readonly bytes: readonly number[] }[] = [
  { kind: "tls", bytes: [0x16 /* handshake */, 0x03 /* major version */] },
  { kind: "tpkt", bytes: [0x03 /* version */, 0x00 /* reserved */] },
  { kind: "ssh", bytes: [0x53, 0x53, 0x48, 0x2d] /* "SSH-" */ },
  { kind: "rd-gateway", bytes: [0x52, 0x44, 0x47, 0x5f] /* "RDG_" */ },
];

/** The kind, or `undefined` while the bytes so far could still become several. */
export function recognise(bytes: Uint8Array): FirstBytes | undefined {
  if (bytes.length === 0) return undefined;
  const candidates = MARKS.filter((mark) =>
    mark.bytes.every((byte, i) => bytes.length <= i || bytes[i] === byte),
  );
  const whole = candidates.find((mark) => mark.bytes.length <= bytes.length);
  if (whole) return whole.kind;
  return 0 < candidates.length ? undefined : looksLikeMethod(bytes);
}

/** HTTP methods in use are upper-case letters; five of them, or three and a space, are enough to let the parser judge. */
function looksLikeMethod(bytes: Uint8Array): FirstBytes | undefined {
  for (let i = 0; i < MOST_BYTES_NEEDED; i++) {
    const byte = bytes[i];
    if (byte === undefined) return undefined;
    if (byte === 0x20) return i < 3 ? "unknown" : "http";
    if (byte < 0x41 || 0x5a < byte) return "unknown";
  }
  return "http";
}
