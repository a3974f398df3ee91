import { describe, expect, it } from "vitest";
import { Canvas } from "../canvas/canvas.ts";
import { DirtyRegion } from "../canvas/dirty-region.ts";
import type { Rect } from "../canvas/rect.ts";
import { loadFonts } from "../font/fonts.ts";
import { Desktop } from "./desktop.ts";
import { KEY } from "./keysym.ts";
import { paintWallpaper } from "./wallpaper.ts";

const SCREEN = { width: 1280, height: 800 };
const fonts = loadFonts();
const wallpaper = paintWallpaper(SCREEN.width, SCREEN.height);
const NOON = new Date(2026, 0, 2, 12, 0, 0);
const TITLE_BAR = { x: 300, y: 98 };

/** A desktop with its picture, painted part by part as a viewer would get it. */
function painted() {
  const canvas = new Canvas(SCREEN.width, SCREEN.height);
  const dirty = new DirtyRegion();
  const copied: string[] = [];
  const events = { onDamage: (rect: Rect) => dirty.add(rect), onCopy: (text: string) => copied.push(text) };
  const desktop = new Desktop(fonts, { screen: SCREEN, now: NOON }, events);
  dirty.add(canvas.bounds);
  const repaint = () => {
    for (const rect of dirty.take()) {
      canvas.clipTo(rect);
      desktop.paint(canvas, wallpaper);
    }
    return canvas.pixels.slice();
  };
  /** What a viewer sees who gets everything anew. */
  const whole = () => {
    const fresh = new Canvas(SCREEN.width, SCREEN.height);
    desktop.paint(fresh, wallpaper);
    return fresh.pixels;
  };
  return { desktop, copied, repaint, whole };
}

/** Quicker than a matcher, whose report of a million pixels nobody reads. */
function areSame(a: Uint32Array, b: Uint32Array): boolean {
  return Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer)) === 0;
}

function type(desktop: Desktop, text: string): void {
  for (const character of text) desktop.pressKey(character.charCodeAt(0), true);
}

describe("the note-pad", () => {
  it("has the focus from the start and shows what is typed", () => {
    const { desktop, repaint } = painted();
    const before = repaint();
    type(desktop, "W");
    expect(areSame(repaint(), before)).toBe(false);
    desktop.pressKey(KEY.backspace, true);
    expect(areSame(repaint(), before)).toBe(true);
  });

  it("edits by arrows, Home, End, Enter and Delete", () => {
    const { desktop } = painted();
    type(desktop, "one");
    for (const key of [KEY.enter, KEY.up, KEY.end]) desktop.pressKey(key, true);
    type(desktop, "!");
    for (const key of [KEY.home, KEY.delete, KEY.right]) desktop.pressKey(key, true);
    type(desktop, "X");
    expect(desktop.note).toBe("nXe!\n");
  });

  it("pastes what a viewer copied when Control and V are pressed, and types no v", () => {
    const { desktop } = painted();
    desktop.keepClipboard("from outside\r\n\u0007");
    desktop.pressKey(KEY.controlLeft, true);
    type(desktop, "v");
    desktop.pressKey(KEY.controlLeft, false);
    type(desktop, "v");
    expect(desktop.note).toBe("from outside\nv");
  });

  it("copies by Control and C, but nothing where nothing is written", () => {
    const { desktop, copied } = painted();
    desktop.pressKey(KEY.controlRight, true);
    type(desktop, "c");
    desktop.pressKey(KEY.controlRight, false);
    type(desktop, "abc");
    desktop.pressKey(KEY.controlRight, true);
    type(desktop, "c");
    expect(copied).toEqual(["abc"]);
  });

  it("takes no keys while another window has the focus", () => {
    const { desktop } = painted();
    desktop.movePointer(TITLE_BAR, 1);
    desktop.movePointer(TITLE_BAR, 0);
    type(desktop, "lost");
    expect(desktop.note).toBe("");
  });
});

describe("a window", () => {
  it("moves with the pointer that holds its title bar", () => {
    const { desktop, repaint, whole } = painted();
    const before = repaint();
    desktop.movePointer(TITLE_BAR, 1);
    desktop.movePointer({ x: TITLE_BAR.x + 200, y: TITLE_BAR.y + 10 }, 1);
    const moved = repaint();
    expect(areSame(moved, before)).toBe(false);
    expect(areSame(moved, whole())).toBe(true);
    // The title bar's bottom line is where it was, 200 further right and 10 further down.
    expect(moved[(115 + 10) * 1280 + 700]).toBe(before[115 * 1280 + 500]);
  });

  it("leaves no trace when it is dragged in a circle", () => {
    const { desktop, repaint } = painted();
    desktop.movePointer(TITLE_BAR, 1);
    const before = repaint();
    for (let i = 1; i <= 12; i++) {
      const angle = (i / 12) * 2 * Math.PI;
      const x = Math.round(TITLE_BAR.x + 150 * Math.sin(angle));
      desktop.movePointer({ x, y: Math.round(TITLE_BAR.y + 150 * (1 - Math.cos(angle))) }, 1);
      repaint();
    }
    expect(areSame(repaint(), before)).toBe(true);
  });

  it("stays where it is when the button is released", () => {
    const { desktop, repaint } = painted();
    desktop.movePointer(TITLE_BAR, 1);
    desktop.movePointer(TITLE_BAR, 0);
    const before = repaint();
    desktop.movePointer({ x: 900, y: 500 }, 0);
    expect(areSame(repaint(), before)).toBe(true);
  });

  it("cannot be dragged out of reach", () => {
    const { desktop, repaint, whole } = painted();
    desktop.movePointer(TITLE_BAR, 1);
    desktop.movePointer({ x: 65535, y: 65535 }, 1);
    expect(areSame(repaint(), whole())).toBe(true);
    desktop.movePointer({ x: 65535, y: 65535 }, 0);
    desktop.movePointer({ x: 1210, y: 780 }, 1);
    desktop.movePointer({ x: 700, y: 300 }, 1);
    expect(areSame(repaint(), whole())).toBe(true);
  });
});

describe("time", () => {
  it("changes only a small part of the picture, and all that it should", () => {
    const { desktop, repaint, whole } = painted();
    repaint();
    for (const seconds of [0.066, 1, 1.9, 61, 3601, 86_400]) {
      desktop.tick(new Date(NOON.getTime() + seconds * 1000));
      expect(areSame(repaint(), whole())).toBe(true);
    }
  });
});
