/** ZRLE and Raw pixels decoded, written independently of the encoder, for viewers in tests. */
import { readU8 } from "@deskgate/wire";
import type { Rect } from "../canvas/rect.ts";

/** Little-endian 0xRRGGBB in `bytesEach` bytes. */
export function unpackedPixels(bytes: Uint8Array, bytesEach: number): number[] {
  return Array.from({ length: bytes.length / bytesEach }, (_, i) => {
    const at = i * bytesEach;
    return readU8(bytes, at) | (readU8(bytes, at + 1) << 8) | (readU8(bytes, at + 2) << 16);
  });
}

/** RFC 6143 §7.7.6, written independently of the encoder; three-byte CPIXELs. Throws where bytes are left or missing. */
export function decodeZrleTiles(
  bytes: Uint8Array,
  rect: Rect,
  onTile: (tile: Rect, pixels: readonly number[]) => void,
): void {
  let at = 0;
  const take = (count: number) => {
    if (bytes.length < at + count) throw new RangeError("tile is cut");
    at += count;
    return bytes.subarray(at - count, at);
  };
  for (let y = 0; y < rect.height; y += 64) {
    for (let x = 0; x < rect.width; x += 64) {
      const [width, height] = [Math.min(64, rect.width - x), Math.min(64, rect.height - y)];
      onTile({ x: rect.x + x, y: rect.y + y, width, height }, decodeTile(take, width, height));
    }
  }
  if (at !== bytes.length) throw new RangeError("bytes are left");
}

function decodeTile(take: (count: number) => Uint8Array, width: number, height: number): readonly number[] {
  const kind = readU8(take(1), 0);
  if (kind === 0) return unpackedPixels(take(3 * width * height), 3);
  if (kind === 128) return decodeRuns(take, width * height);
  if (16 < kind) throw new RangeError(`tile kind ${kind}`);
  const palette = unpackedPixels(take(3 * kind), 3);
  if (kind === 1) return Array.from({ length: width * height }, () => palette[0] ?? 0);
  const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
  return Array.from({ length: height }, () => {
    const row = take(Math.ceil((width * bits) / 8));
    return Array.from({ length: width }, (_, i) => {
      const index = (readU8(row, (i * bits) >> 3) >> (8 - bits - ((i * bits) & 7))) & ((1 << bits) - 1);
      return palette[index] ?? -1;
    });
  }).flat();
}

function decodeRuns(take: (count: number) => Uint8Array, count: number): readonly number[] {
  const pixels: number[] = [];
  while (pixels.length < count) {
    const [pixel = 0] = unpackedPixels(take(3), 3);
    let length = 1;
    for (let more = 255; more === 255; length += more) more = readU8(take(1), 0);
    for (let i = 0; i < length; i++) pixels.push(pixel);
  }
  if (pixels.length !== count) throw new RangeError("run is too long");
  return pixels;
}
