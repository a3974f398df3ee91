/** The panel at the top: whose desktop this is, how large, and how many people look at it. */
import type { Canvas } from "../canvas/canvas.ts";
import type { Rect, Size } from "../canvas/rect.ts";
import { fillRounded } from "../canvas/shapes.ts";
import { drawText, textWidth } from "../canvas/text.ts";
import type { Fonts } from "../font/fonts.ts";
import { INK } from "./inks.ts";

export const PANEL_HEIGHT = 34;
const BASELINE = 22;
const INSET = 14;

export function panelRect(screen: Size): Rect {
  return { x: 0, y: 0, width: screen.width, height: PANEL_HEIGHT };
}

export function paintPanel(canvas: Canvas, fonts: Fonts, viewers: number): void {
  const screen = canvas.bounds;
  canvas.fill(panelRect(screen), INK.panel);
  paintGate(canvas);
  drawText(canvas, "Deskgate demo desktop", {
    face: fonts.semibold,
    ink: INK.onDark,
    at: { x: INSET + 28, y: BASELINE },
  });
  const status = `${viewers === 1 ? "1 viewer" : `${viewers} viewers`}  ·  ${screen.width} × ${screen.height}`;
  const x = screen.width - INSET - textWidth(fonts.regular, status);
  if (INSET + 220 < x)
    drawText(canvas, status, { face: fonts.regular, ink: INK.onDarkSoft, at: { x, y: BASELINE } });
}

/** A small gate: an arch with its doorway. */
function paintGate(canvas: Canvas): void {
  const arch = { x: INSET, y: 8, width: 18, height: 18 };
  fillRounded(canvas, { rect: arch, radius: 5 }, INK.accentBright);
  fillRounded(canvas, { rect: { x: INSET + 5, y: 13, width: 8, height: 10 }, radius: 3 }, 0xff0b2731);
  canvas.fill({ x: INSET + 5, y: 18, width: 8, height: 8 }, 0xff0b2731);
}
