/** The welcome window's text. It never changes. */
import type { Canvas } from "../canvas/canvas.ts";
import type { Rect, Size } from "../canvas/rect.ts";
import { fillDisc } from "../canvas/shapes.ts";
import { drawText } from "../canvas/text.ts";
import type { Fonts } from "../font/fonts.ts";
import { INK } from "./inks.ts";

export const WELCOME_SIZE: Size = { width: 490, height: 246 };
const INSET = 24;
const LINE_HEIGHT = 22;

const ABOUT = [
  "A small machine that comes with Deskgate. Like any other, it is",
  "reached by a ticket, through the gateway.",
];
const TO_TRY = [
  "Drag this window by its title bar.",
  "Type into the note-pad; copy and paste work, too.",
  "Resize the browser window: the desktop follows.",
];

export function paintWelcome(canvas: Canvas, fonts: Fonts, content: Rect): void {
  const x = content.x + INSET;
  let y = content.y + 40;
  drawText(canvas, "You are connected", { face: fonts.heading, ink: INK.text, at: { x, y } });
  y += 30;
  for (const line of ABOUT) {
    drawText(canvas, line, { face: fonts.regular, ink: INK.textSoft, at: { x, y } });
    y += LINE_HEIGHT - 1;
  }
  y += 12;
  for (const line of TO_TRY) {
    fillDisc(canvas, { centre: { x: x + 4, y: y - 5 }, radius: 3 }, INK.accent);
    drawText(canvas, line, { face: fonts.regular, ink: INK.text, at: { x: x + 18, y } });
    y += LINE_HEIGHT + 1;
  }
}
