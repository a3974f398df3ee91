/**
 * The one machine that all viewers of the demo desktop share: its desktop, the picture of it, and the clock that drives it.
 *
 * INVARIANT: without viewers no timer runs and no picture is kept.
 */
import { Canvas } from "./canvas/canvas.ts";
import { DirtyRegion } from "./canvas/dirty-region.ts";
import type { Rect, Size } from "./canvas/rect.ts";
import type { Fonts } from "./font/fonts.ts";
import { Desktop, type PointerShape } from "./scene/desktop.ts";
import { paintWallpaper } from "./scene/wallpaper.ts";

/** Someone who looks at the machine and wants to know what changes. */
export interface Onlooker {
  onDamage(rect: Rect): void;
  /** `isByYou`: whether this onlooker asked for the new size. */
  onResize(isByYou: boolean): void;
  onCopy(text: string): void;
}

interface Picture {
  readonly canvas: Canvas;
  readonly wallpaper: Canvas;
}

const FIRST_SCREEN: Size = { width: 1280, height: 800 };
const SMALLEST_SCREEN: Size = { width: 240, height: 180 };
/** LIMIT: the screen; it costs eight bytes per pixel while somebody looks at it. */
const LARGEST_SCREEN: Size = { width: 3840, height: 2160 };
/** Fifteen pictures a second: the wave moves slowly enough to look smooth, and every picture costs a millisecond. */
const TICK_MS = 66;

export class Machine {
  readonly #desktop: Desktop;
  readonly #now: () => Date;
  readonly #onlookers = new Set<Onlooker>();
  readonly #unpainted = new DirtyRegion();
  #screen = FIRST_SCREEN;
  #picture: Picture | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(fonts: Fonts, now: () => Date) {
    this.#now = now;
    this.#desktop = new Desktop(fonts, { screen: this.#screen, now: now() }, this.#desktopEvents());
  }

  get screen(): Size {
    return this.#screen;
  }

  get pointerShape(): PointerShape {
    return this.#desktop.pointerShape;
  }

  join(onlooker: Onlooker): void {
    this.#onlookers.add(onlooker);
    this.#timer ??= setInterval(() => this.#desktop.tick(this.#now()), TICK_MS);
    this.#desktop.tick(this.#now());
    this.#desktop.showViewers(this.#onlookers.size);
  }

  leave(onlooker: Onlooker): void {
    if (!this.#onlookers.delete(onlooker)) return;
    this.#desktop.releaseAll();
    this.#desktop.showViewers(this.#onlookers.size);
    if (0 < this.#onlookers.size) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#picture = undefined;
  }

  /** The picture as it is now; later calls may paint on the same canvas. */
  picture(): Canvas {
    const { width, height } = this.#screen;
    if (!this.#picture) {
      this.#picture = { canvas: new Canvas(width, height), wallpaper: paintWallpaper(width, height) };
      this.#unpainted.add(this.#picture.canvas.bounds);
    }
    const { canvas, wallpaper } = this.#picture;
    for (const rect of this.#unpainted.take()) {
      canvas.clipTo(rect);
      this.#desktop.paint(canvas, wallpaper);
    }
    return canvas;
  }

  /** Changes the screen to the nearest size that is possible. It is painted when somebody next asks for the picture. */
  resize(wanted: Size, by: Onlooker): void {
    const width = Math.max(SMALLEST_SCREEN.width, Math.min(LARGEST_SCREEN.width, wanted.width));
    const height = Math.max(SMALLEST_SCREEN.height, Math.min(LARGEST_SCREEN.height, wanted.height));
    if (width === this.#screen.width && height === this.#screen.height) {
      by.onResize(true);
      return;
    }
    this.#screen = { width, height };
    this.#picture = undefined;
    for (const onlooker of this.#onlookers) onlooker.onResize(onlooker === by);
    this.#desktop.resize(this.#screen);
  }

  movePointer(point: { readonly x: number; readonly y: number }, buttons: number): void {
    this.#desktop.movePointer(point, buttons);
  }

  pressKey(keysym: number, isDown: boolean): void {
    this.#desktop.pressKey(keysym, isDown);
  }

  keepClipboard(text: string): void {
    this.#desktop.keepClipboard(text);
  }

  #desktopEvents() {
    return {
      onDamage: (rect: Rect) => {
        this.#unpainted.add(rect);
        for (const onlooker of this.#onlookers) onlooker.onDamage(rect);
      },
      onCopy: (text: string) => {
        for (const onlooker of this.#onlookers) onlooker.onCopy(text);
      },
    };
  }
}
