import { expect, it } from "vitest";
import { pixelWriterOf } from "./pixel-writer.ts";

/** Bits, depth, big-endian, true colour, three maxima, three shifts, padding. */
const format = (
  bits: number,
  depth: number,
  isBig: number,
  max: readonly number[],
  shifts: readonly number[],
) => Uint8Array.of(bits, depth, isBig, 1, ...max.flatMap((one) => [one >> 8, one & 255]), ...shifts, 0, 0, 0);

const EIGHT_BIT = [255, 255, 255];

// RFC 6143 §7.4: the same orange, 0xff8000, as six kinds of clients want it.
it.each([
  ["little-endian rgb888", format(32, 24, 0, EIGHT_BIT, [16, 8, 0]), [0, 0x80, 0xff, 0], [0, 0x80, 0xff]],
  [
    "little-endian bgr888 (noVNC)",
    format(32, 24, 0, EIGHT_BIT, [0, 8, 16]),
    [0xff, 0x80, 0, 0],
    [0xff, 0x80, 0],
  ],
  ["big-endian rgb888", format(32, 24, 1, EIGHT_BIT, [16, 8, 0]), [0, 0xff, 0x80, 0], [0xff, 0x80, 0]],
  [
    "rgb888 in the upper bytes",
    format(32, 24, 0, EIGHT_BIT, [24, 16, 8]),
    [0, 0, 0x80, 0xff],
    [0, 0x80, 0xff],
  ],
  ["rgb565", format(16, 16, 0, [31, 63, 31], [11, 5, 0]), [0x00, 0xfc], [0x00, 0xfc]],
  ["rgb332", format(8, 8, 0, [7, 7, 3], [5, 2, 0]), [0xf0], [0xf0]],
])("%s", (_name, bytes, pixel, compact) => {
  const writer = pixelWriterOf(bytes);
  const target = new Uint8Array(pixel.length);
  writer?.write(target, 0, 0xff8000);
  expect([...target]).toEqual(pixel);
  const small = new Uint8Array(compact.length);
  writer?.writeCompact(small, 0, 0xff8000);
  expect(writer?.compactBytes).toBe(compact.length);
  expect([...small]).toEqual(compact);
});

it.each([
  ["24 bits", format(24, 24, 0, EIGHT_BIT, [16, 8, 0])],
  ["a channel outside the pixel", format(16, 16, 0, [31, 63, 31], [12, 5, 0])],
  ["a shift of 200", format(32, 24, 0, EIGHT_BIT, [200, 8, 0])],
  ["a channel without levels", format(32, 24, 0, [255, 0, 255], [16, 8, 0])],
])("refuses %s", (_name, bytes) => {
  expect(pixelWriterOf(bytes)).toBeUndefined();
});
