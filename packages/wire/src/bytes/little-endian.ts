/** Intel byte order, bounds-checked like its neighbour: reading past the end throws instead of inventing zeros. */
import { readU8 } from "./big-endian.ts";

export function readU16Le(bytes: Uint8Array, at: number): number {
  return readU8(bytes, at) | (readU8(bytes, at + 1) << 8);
}

export function readU32Le(bytes: Uint8Array, at: number): number {
  return readU16Le(bytes, at) + readU16Le(bytes, at + 2) * 0x10000;
}

export function writeU16Le(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value & 255;
  bytes[at + 1] = (value >>> 8) & 255;
}

export function writeU32Le(bytes: Uint8Array, at: number, value: number): void {
  writeU16Le(bytes, at, value & 0xffff);
  writeU16Le(bytes, at + 2, value >>> 16);
}

export function u16Le(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 255, (value >>> 8) & 255]));
}

export function u32Le(...values: readonly number[]): Uint8Array {
  return u16Le(...values.flatMap((value) => [value & 0xffff, value >>> 16]));
}

/** Text as Windows writes it, two bytes per unit, without a final zero. */
export function utf16Le(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) writeU16Le(bytes, i * 2, text.charCodeAt(i));
  return bytes;
}
