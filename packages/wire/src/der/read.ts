/** DER (X.690 §10) as far as RDCleanPath and CredSSP use it: definite lengths, one-byte tags. */

export interface DerElement {
  readonly tag: number;
  /** The content without tag and length. */
  readonly content: Uint8Array;
  /** Tag, length and content together. */
  readonly size: number;
}

export const DER_TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
} as const;

/** The tag of an EXPLICIT context field. */
export function contextTag(number: number): number {
  return 0xa0 | number;
}

/** LIMIT: bytes of a length field; three hold 16 MiB, and each caller has a lower limit of its own. */
const MAX_LENGTH_BYTES = 3;

export type DerHead =
  | { readonly at: "more" }
  | { readonly at: "malformed" }
  | { readonly at: "read"; readonly tag: number; readonly headBytes: number; readonly contentBytes: number };

/** Tag and length at the beginning of `bytes`. */
export function readDerHead(bytes: Uint8Array): DerHead {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) return { at: "more" };
  // High tag numbers take more bytes and are not used here.
  if ((tag & 0x1f) === 0x1f) return { at: "malformed" };
  if (first < 0x80) return { at: "read", tag, headBytes: 2, contentBytes: first };
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || MAX_LENGTH_BYTES < lengthBytes) return { at: "malformed" };
  if (bytes.length < 2 + lengthBytes) return { at: "more" };
  let contentBytes = 0;
  for (const byte of bytes.subarray(2, 2 + lengthBytes)) contentBytes = contentBytes * 256 + byte;
  return { at: "read", tag, headBytes: 2 + lengthBytes, contentBytes };
}

/** The elements that `bytes` consists of, or `undefined` where it does not consist of whole ones. */
export function readDerList(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const head = readDerHead(bytes.subarray(at));
    if (head.at !== "read") return undefined;
    const size = head.headBytes + head.contentBytes;
    if (bytes.length < at + size) return undefined;
    elements.push({ tag: head.tag, content: bytes.subarray(at + head.headBytes, at + size), size });
    at += size;
  }
  return elements;
}

/** The one element of `tag` that `bytes` consists of. */
export function readDerOnly(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  const [first, ...others] = readDerList(bytes) ?? [];
  return first?.tag === tag && others.length === 0 ? first.content : undefined;
}

/** The content of the EXPLICIT context field `number` with an element of `tag` in it. */
export function derField(fields: readonly DerElement[], number: number, tag: number): Uint8Array | undefined {
  const field = fields.find((element) => element.tag === contextTag(number));
  return field && readDerOnly(field.content, tag);
}

/** A non-negative integer of at most four bytes of value. */
export function readDerUnsigned(content: Uint8Array): number | undefined {
  const isNegative = ((content[0] ?? 0x80) & 0x80) !== 0;
  const isLong = 5 < content.length || (content.length === 5 && content[0] !== 0);
  if (isNegative || isLong) return undefined;
  return content.reduce((value, byte) => value * 256 + byte, 0);
}
