/** Rectangles cut into bands, so that one update never needs more memory than a band. */
import { ENCODING } from "@deskgate/wire";
import type { Canvas } from "../canvas/canvas.ts";
import { isEmpty, type Rect } from "../canvas/rect.ts";
import type { Compressor } from "./compressor.ts";
import type { PixelWriter } from "./pixel-writer.ts";
import { rectangle, zrleRectangle } from "./server-messages.ts";
import { TILE_SIDE, zrleTiles } from "./zrle-tiles.ts";

/** LIMIT: pixels encoded in one piece. */
const MAX_BAND_PIXELS = 256 * 1024;

export interface BandSource {
  readonly canvas: Canvas;
  readonly writer: PixelWriter;
}

/** The same area in bands of whole rows of tiles. */
export function bandsOf(rect: Rect): readonly Rect[] {
  if (isEmpty(rect)) return [];
  const rows = Math.max(1, Math.floor(MAX_BAND_PIXELS / rect.width / TILE_SIDE)) * TILE_SIDE;
  const bands: Rect[] = [];
  for (let y = 0; y < rect.height; y += rows)
    bands.push({ ...rect, y: rect.y + y, height: Math.min(rows, rect.height - y) });
  return bands;
}

/** A band as a whole rectangle of an update: ZRLE where a compressor is given, else Raw. */
export async function encodeBand(
  { canvas, writer }: BandSource,
  band: Rect,
  compressor: Compressor | undefined,
): Promise<Uint8Array> {
  if (!compressor) return rawRectangle({ canvas, writer }, band);
  return zrleRectangle(band, await compressor.compress(zrleTiles(canvas, band, writer)));
}

function rawRectangle({ canvas, writer }: BandSource, band: Rect): Uint8Array {
  const dataBytes = band.width * band.height * writer.bytes;
  const message = rectangle(band, ENCODING.raw, dataBytes);
  let at = message.length - dataBytes;
  for (let y = band.y; y < band.y + band.height; y++) {
    for (let x = band.x; x < band.x + band.width; x++, at += writer.bytes)
      writer.write(message, at, canvas.pixels[y * canvas.bounds.width + x] ?? 0);
  }
  return message;
}
