/** UTF-8 (RFC 3629) for short texts inside messages; the runtimes' own codecs are not part of the language. */
import { readU8 } from "./big-endian.ts";

const REPLACEMENT = 0xfffd;

/** Half of a surrogate pair becomes U+FFFD. */
export function bytesOfUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? REPLACEMENT;
    putCodePoint(bytes, isSurrogate(point) ? REPLACEMENT : point);
  }
  return Uint8Array.from(bytes);
}

function putCodePoint(bytes: number[], point: number): void {
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

function isSurrogate(point: number): boolean {
  return 0xd800 <= point && point <= 0xdfff;
}

/** Throws a RangeError where the bytes are not well-formed. */
export function utf8(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const { point, length } = codePointAt(bytes, at);
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}

/** First byte's upper limit, its mask, and the smallest code point that needs the length; by length. */
const LENGTHS = [
  { below: 0x80, mask: 0x7f, least: 0 },
  { below: 0xe0, mask: 0x1f, least: 0x80 },
  { below: 0xf0, mask: 0x0f, least: 0x800 },
  { below: 0xf8, mask: 0x07, least: 0x10000 },
] as const;

function codePointAt(bytes: Uint8Array, at: number): { readonly point: number; readonly length: number } {
  const first = readU8(bytes, at);
  const index = LENGTHS.findIndex(({ below }) => first < below);
  const shape = LENGTHS[index];
  if (!shape || (0x80 <= first && first < 0xc0)) throw new RangeError(`byte ${first} begins no character`);
  let point = first & shape.mask;
  for (let i = 1; i <= index; i++) {
    const byte = readU8(bytes, at + i);
    if ((byte & 0xc0) !== 0x80) throw new RangeError(`byte ${byte} continues no character`);
    point = (point << 6) | (byte & 0x3f);
  }
  if (point < shape.least || isSurrogate(point) || 0x10ffff < point)
    throw new RangeError(`code point ${point} is spelled wrongly`);
  return { point, length: index + 1 };
}
