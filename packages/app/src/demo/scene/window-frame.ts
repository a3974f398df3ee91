/** A window's frame: shadow, border, title bar and its buttons. What is inside is the window's own. */
import type { Canvas } from "../canvas/canvas.ts";
import { contains, grown, type Point, type Rect } from "../canvas/rect.ts";
import { castShadow, fillRounded } from "../canvas/shapes.ts";
import { drawText, textWidth } from "../canvas/text.ts";
import type { Fonts } from "../font/fonts.ts";
import { INK } from "./inks.ts";

export const TITLE_BAR_HEIGHT = 36;
const RADIUS = 10;
const SHADOW = { blur: 26, drop: 8 } as const;
const BUTTON = { width: 58, height: 24, gap: 8, inset: 7 } as const;

export interface Frame {
  readonly rect: Rect;
  readonly title: string;
  /** Captions in the title bar, from the left. */
  readonly buttons: readonly string[];
  readonly hasFocus: boolean;
}

/** Every pixel that a window at `rect` may touch. */
export function framedRect(rect: Rect): Rect {
  return grown(rect, SHADOW.blur + SHADOW.drop);
}

export function titleBarRect({ x, y, width }: Rect): Rect {
  return { x, y, width, height: TITLE_BAR_HEIGHT };
}

export function contentRect({ x, y, width, height }: Rect): Rect {
  return { x: x + 1, y: y + TITLE_BAR_HEIGHT, width: width - 2, height: height - TITLE_BAR_HEIGHT - 1 };
}

/** The caption of the button at `point`. */
export function buttonAt(frame: Pick<Frame, "rect" | "buttons">, point: Point): string | undefined {
  return frame.buttons.find((_caption, i) => contains(buttonRect(frame, i), point));
}

export function paintFrame(canvas: Canvas, fonts: Fonts, frame: Frame): void {
  const { rect } = frame;
  const shadow = { rect: { ...rect, y: rect.y + SHADOW.drop }, radius: RADIUS, blur: SHADOW.blur };
  castShadow(canvas, shadow, INK.shadow);
  fillRounded(canvas, { rect: grown(rect, 1), radius: RADIUS + 1 }, 0x40041d26);
  fillRounded(canvas, { rect, radius: RADIUS }, INK.surface);
  paintTitleBar(canvas, fonts, frame);
}

function paintTitleBar(canvas: Canvas, fonts: Fonts, frame: Frame): void {
  const bar = titleBarRect(frame.rect);
  const ink = frame.hasFocus ? INK.titleBarActive : INK.titleBar;
  fillRounded(canvas, { rect: { ...bar, height: RADIUS * 2 }, radius: RADIUS }, ink);
  canvas.fill({ ...bar, y: bar.y + RADIUS, height: bar.height - RADIUS }, ink);
  canvas.fill({ ...bar, y: bar.y + bar.height - 1, height: 1 }, INK.line);
  const titleInk = frame.hasFocus ? INK.text : INK.textSoft;
  drawText(canvas, frame.title, {
    face: fonts.semibold,
    ink: titleInk,
    at: { x: bar.x + 16, y: bar.y + 23 },
  });
  frame.buttons.forEach((caption, i) => {
    paintButton(canvas, fonts, { caption, rect: buttonRect(frame, i) });
  });
}

function paintButton(
  canvas: Canvas,
  fonts: Fonts,
  { caption, rect }: { readonly caption: string; readonly rect: Rect },
): void {
  fillRounded(canvas, { rect, radius: 6 }, INK.line);
  fillRounded(canvas, { rect: grown(rect, -1), radius: 5 }, INK.button);
  const x = rect.x + (rect.width - textWidth(fonts.small, caption)) / 2;
  drawText(canvas, caption, { face: fonts.small, ink: INK.text, at: { x, y: rect.y + 16 } });
}

function buttonRect({ rect, buttons }: Pick<Frame, "rect" | "buttons">, index: number): Rect {
  const fromRight = buttons.length - index;
  const x = rect.x + rect.width - BUTTON.inset - fromRight * BUTTON.width - (fromRight - 1) * BUTTON.gap;
  return { x, y: rect.y + 6, width: BUTTON.width, height: BUTTON.height };
}
