/** DER (X.690 §10) written. */
import { concatBytes } from "../bytes/concat.ts";
import { bytesOfUtf8 } from "../bytes/utf-8.ts";
import { contextTag, DER_TAG } from "./read.ts";

export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(contents);
  return concatBytes([Uint8Array.of(tag, ...lengthBytes(content.length)), content]);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; 0 < rest; rest = Math.floor(rest / 256)) bytes.unshift(rest & 255);
  return [0x80 | bytes.length, ...bytes];
}

export function derSequence(...elements: readonly Uint8Array[]): Uint8Array {
  return der(DER_TAG.sequence, ...elements);
}

/** EXPLICIT context field. */
export function derContext(number: number, element: Uint8Array): Uint8Array {
  return der(contextTag(number), element);
}

export function derUnsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest & 255);
    rest = Math.floor(rest / 256);
  } while (0 < rest);
  if (((bytes[0] ?? 0) & 0x80) !== 0) bytes.unshift(0);
  return der(DER_TAG.integer, Uint8Array.from(bytes));
}

export function derOctets(bytes: Uint8Array): Uint8Array {
  return der(DER_TAG.octetString, bytes);
}

export function derUtf8(text: string): Uint8Array {
  return der(DER_TAG.utf8String, bytesOfUtf8(text));
}
