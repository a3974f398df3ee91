/** One line of text on a canvas. Line breaks are the caller's. */
import type { Face, Glyph } from "../font/fonts.ts";
import type { Canvas } from "./canvas.ts";
import type { Point } from "./rect.ts";

export interface TextStyle {
  readonly face: Face;
  readonly ink: number;
}

/** Writes `text` with its baseline at `at` and returns the x where it ends. */
export function drawText(canvas: Canvas, text: string, style: TextStyle & { readonly at: Point }): number {
  const { face, ink, at } = style;
  let pen = at.x;
  for (const character of text) {
    const glyph = glyphOf(face, character);
    // The pen's fraction chooses among the drawn phases, so that spacing stays even at small sizes.
    const quarter = Math.floor(pen * face.phases + (face.phases === 1 ? 0.5 : 0));
    const column = Math.floor(quarter / face.phases);
    const phase = quarter - column * face.phases;
    const rect = { x: column + glyph.left, y: at.y + glyph.top, width: glyph.width, height: glyph.height };
    const offset = glyph.offset + phase * glyph.width * glyph.height;
    canvas.stencil(rect, ink, { levels: face.levels, offset });
    pen += glyph.advance;
  }
  return pen;
}

export function textWidth(face: Face, text: string): number {
  let width = 0;
  for (const character of text) width += glyphOf(face, character).advance;
  return width;
}

function glyphOf(face: Face, character: string): Glyph {
  return face.glyphs.get(character.codePointAt(0) ?? 0) ?? face.missing;
}
