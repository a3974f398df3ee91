/**
 * A picture in memory and the three ways to put something on it: fill, cover and copy. Everything honours the clip.
 *
 * A pixel is 0xRRGGBB; an ink is 0xAARRGGBB, where AA is how much of it shows.
 */
import { intersection, type Rect } from "./rect.ts";

/** Eight-bit alpha values of one glyph, row by row, from `offset`. */
export interface Mask {
  readonly levels: Uint8Array;
  readonly offset: number;
}

/** How much of the pixel at (x, y) is covered, 0 to 1. */
export type Coverage = (x: number, y: number) => number;

export class Canvas {
  readonly bounds: Rect;
  readonly pixels: Uint32Array;
  #clip: Rect;

  constructor(width: number, height: number) {
    this.bounds = { x: 0, y: 0, width, height };
    this.pixels = new Uint32Array(width * height);
    this.#clip = this.bounds;
  }

  get clip(): Rect {
    return this.#clip;
  }

  /** Nothing outside `rect` changes until the next call. */
  clipTo(rect: Rect): void {
    this.#clip = intersection(rect, this.bounds);
  }

  fill(rect: Rect, ink: number): void {
    const { x, y, width, height } = intersection(rect, this.#clip);
    const alpha = ink >>> 24;
    for (let row = y; row < y + height; row++) {
      const from = row * this.bounds.width + x;
      if (alpha === 255) this.pixels.fill(ink & 0xffffff, from, from + width);
      else for (let at = from; at < from + width; at++) this.#blend(at, ink, alpha);
    }
  }

  /** Puts `ink` on every pixel of `rect` by the share that `coverage` gives for the pixel's centre. */
  cover(rect: Rect, ink: number, coverage: Coverage): void {
    const { x, y, width, height } = intersection(rect, this.#clip);
    const opacity = ink >>> 24;
    for (let row = y; row < y + height; row++) {
      const line = row * this.bounds.width;
      for (let column = x; column < x + width; column++) {
        const share = coverage(column + 0.5, row + 0.5);
        if (0 < share) this.#blend(line + column, ink, Math.round(Math.min(1, share) * opacity));
      }
    }
  }

  /** Puts `ink` where `mask`, which is as large as `rect`, lets it through. */
  stencil(rect: Rect, ink: number, mask: Mask): void {
    const { x, y, width, height } = intersection(rect, this.#clip);
    const opacity = (ink >>> 24) / 255;
    for (let row = y; row < y + height; row++) {
      const from = mask.offset + (row - rect.y) * rect.width - rect.x;
      for (let column = x; column < x + width; column++) {
        const level = mask.levels[from + column] ?? 0;
        if (level !== 0) this.#blend(row * this.bounds.width + column, ink, Math.round(level * opacity));
      }
    }
  }

  /** Takes the clip's pixels from a picture of the same size. */
  copyFrom(source: Canvas): void {
    const { x, y, width, height } = this.#clip;
    for (let row = y; row < y + height; row++) {
      const from = row * this.bounds.width + x;
      this.pixels.set(source.pixels.subarray(from, from + width), from);
    }
  }

  #blend(at: number, ink: number, alpha: number): void {
    const under = this.pixels[at] ?? 0;
    const share = alpha + (alpha >> 7); // 255 becomes 256, so that full ink hides everything
    const rest = 256 - share;
    const redBlue = (((ink & 0xff00ff) * share + (under & 0xff00ff) * rest) >>> 8) & 0xff00ff;
    const green = (((ink & 0xff00) * share + (under & 0xff00) * rest) >>> 8) & 0xff00;
    this.pixels[at] = redBlue | green;
  }
}
