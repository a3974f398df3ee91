/**
 * A rectangle of the canvas as ZRLE tiles (RFC 6143 §7.7.6), before zlib: one colour, a packed palette, runs or raw
 * pixels, whichever is shortest for a tile.
 */
import type { Canvas } from "../canvas/canvas.ts";
import type { Rect } from "../canvas/rect.ts";
import type { PixelWriter } from "./pixel-writer.ts";

export const TILE_SIDE = 64;
const SUBENCODING = { raw: 0, solid: 1, plainRuns: 128 } as const;
const MAX_PACKED_COLOURS = 16;
/** A tile is never longer than its raw pixels, except that a palette of up to 16 colours goes before a tiny one. */
const MAX_TILE_HEAD_BYTES = 1 /* subencoding */ + MAX_PACKED_COLOURS * 4;

export function zrleTiles(canvas: Canvas, rect: Rect, writer: PixelWriter): Uint8Array {
  const tiles = Math.ceil(rect.width / TILE_SIDE) * Math.ceil(rect.height / TILE_SIDE);
  const target = Buffer.allocUnsafe(
    tiles * MAX_TILE_HEAD_BYTES + rect.width * rect.height * writer.compactBytes,
  );
  const pixels = new Uint32Array(TILE_SIDE * TILE_SIDE);
  let at = 0;
  for (let y = rect.y; y < rect.y + rect.height; y += TILE_SIDE) {
    for (let x = rect.x; x < rect.x + rect.width; x += TILE_SIDE) {
      const width = Math.min(TILE_SIDE, rect.x + rect.width - x);
      const height = Math.min(TILE_SIDE, rect.y + rect.height - y);
      const tile = { pixels: pixels.subarray(0, width * height), width };
      for (let row = 0; row < height; row++) {
        const from = (y + row) * canvas.bounds.width + x;
        tile.pixels.set(canvas.pixels.subarray(from, from + width), row * width);
      }
      at = putTile({ target, at }, tile, writer);
    }
  }
  return target.subarray(0, at);
}

interface Tile {
  readonly pixels: Uint32Array;
  readonly width: number;
}

interface Place {
  readonly target: Uint8Array;
  readonly at: number;
}

function putTile(place: Place, tile: Tile, writer: PixelWriter): number {
  const { colours, runs } = surveyed(tile.pixels);
  if (colours.length === 1) return putColours(place, { mark: SUBENCODING.solid, colours }, writer);
  if (colours.length <= MAX_PACKED_COLOURS) return putPacked(place, { ...tile, colours }, writer);
  const rawBytes = tile.pixels.length * writer.compactBytes;
  // Shorter input is faster to deflate; where runs save little, zlib finds more in raw pixels.
  if (runs * (writer.compactBytes + 1) < rawBytes / 2) return putRuns(place, tile.pixels, writer);
  return putColours(place, { mark: SUBENCODING.raw, colours: tile.pixels }, writer);
}

/** The distinct colours, one more than fit a palette at most, and how many runs the pixels make. */
function surveyed(pixels: Uint32Array): { colours: number[]; runs: number } {
  const colours: number[] = [];
  let runs = 0;
  let last = -1;
  for (const pixel of pixels) {
    if (pixel === last) continue;
    last = pixel;
    runs += 1;
    if (colours.length <= MAX_PACKED_COLOURS && !colours.includes(pixel)) colours.push(pixel);
  }
  return { colours, runs };
}

function putColours(
  { target, at }: Place,
  { mark, colours }: { readonly mark: number; readonly colours: ArrayLike<number> },
  writer: PixelWriter,
): number {
  target[at] = mark;
  let next = at + 1;
  for (let i = 0; i < colours.length; i++, next += writer.compactBytes)
    writer.writeCompact(target, next, colours[i] as number); // in bounds by the loop's condition
  return next;
}

function putPacked(
  place: Place,
  { pixels, width, colours }: Tile & { readonly colours: readonly number[] },
  writer: PixelWriter,
): number {
  let at = putColours(place, { mark: colours.length, colours }, writer);
  const bits = colours.length <= 2 ? 1 : colours.length <= 4 ? 2 : 4;
  for (let row = 0; row < pixels.length; row += width) {
    let packed = 0;
    let filled = 0;
    for (let column = 0; column < width; column++) {
      packed = (packed << bits) | colours.indexOf(pixels[row + column] ?? 0);
      filled += bits;
      if (filled === 8 || column === width - 1) {
        place.target[at++] = packed << (8 - filled);
        packed = 0;
        filled = 0;
      }
    }
  }
  return at;
}

function putRuns({ target, at }: Place, pixels: Uint32Array, writer: PixelWriter): number {
  target[at] = SUBENCODING.plainRuns;
  let next = at + 1;
  let from = 0;
  while (from < pixels.length) {
    let to = from + 1;
    while (to < pixels.length && pixels[to] === pixels[from]) to++;
    writer.writeCompact(target, next, pixels[from] ?? 0);
    next += writer.compactBytes;
    let left = to - from - 1;
    for (; 255 <= left; left -= 255) target[next++] = 255;
    target[next++] = left;
    from = to;
  }
  return next;
}
