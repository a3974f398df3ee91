import fc from "fast-check";
import { expect, it } from "vitest";
import { Canvas } from "../canvas/canvas.ts";
import { NATIVE_FORMAT, type PixelWriter, pixelWriterOf } from "./pixel-writer.ts";
import { decodeZrleTiles } from "./testing.ts";
import { zrleTiles } from "./zrle-tiles.ts";

const writer = pixelWriterOf(NATIVE_FORMAT) as PixelWriter; // the native format is supported

it("decodes to the pixels that were encoded, whatever their number of colours", () => {
  const rect = fc.record({
    x: fc.integer({ min: 0, max: 20 }),
    y: fc.integer({ min: 0, max: 20 }),
    width: fc.integer({ min: 1, max: 150 }),
    height: fc.integer({ min: 1, max: 90 }),
  });
  const run = fc.integer({ min: 1, max: 700 });
  fc.assert(
    fc.property(rect, fc.integer({ min: 1, max: 40 }), run, fc.nat(), (area, colours, length, seed) => {
      const canvas = new Canvas(area.x + area.width, area.y + area.height);
      canvas.pixels.forEach((_, i) => {
        canvas.pixels[i] = ((Math.floor(i / length) * 7919 + seed) % colours) * 0x050301;
      });
      const decoded = new Canvas(canvas.bounds.width, canvas.bounds.height);
      decodeZrleTiles(zrleTiles(canvas, area, writer), area, (tile, pixels) => {
        for (let i = 0; i < pixels.length; i++) {
          const at = (tile.y + Math.floor(i / tile.width)) * canvas.bounds.width + tile.x + (i % tile.width);
          decoded.pixels[at] = pixels[i] ?? -1;
        }
      });
      for (let y = area.y; y < area.y + area.height; y++) {
        const row = (of: Canvas) =>
          of.pixels.subarray(y * canvas.bounds.width + area.x, (y + 1) * canvas.bounds.width);
        expect(row(decoded)).toEqual(row(canvas));
      }
    }),
    { numRuns: 60 },
  );
});
