/** The clock: a dial, the time in large digits, the date, and a small wave that shows how smoothly pictures arrive. */
import type { Canvas } from "../canvas/canvas.ts";
import type { Point, Rect, Size } from "../canvas/rect.ts";
import { drawStroke, fillDisc, fillRounded } from "../canvas/shapes.ts";
import { drawText, textWidth } from "../canvas/text.ts";
import type { Fonts } from "../font/fonts.ts";
import { INK } from "./inks.ts";

const CARD: Size = { width: 320, height: 452 };
const MARGIN = { right: 72, top: 84, narrow: 16 } as const;
const CARD_RADIUS = 22;
const DIAL_RADIUS = 104;
const DIGIT_CELL_WIDTH = 36;
const COLON_CELL_WIDTH = 16;
const WAVE = { dots: 12, spacing: 18, swing: 7, periodMs: 2400 } as const;

/** Where the card stands on a screen of this size. */
export function clockCardRect(screen: Size): Rect {
  const margin = screen.width < 900 ? MARGIN.narrow : MARGIN.right;
  const y = screen.height < 600 ? 48 : Math.round(MARGIN.top + (screen.height - 600) * 0.28);
  return { x: screen.width - CARD.width - margin, y, ...CARD };
}

/** The parts that change with every second: the hands and the digits. */
export function secondRects(card: Rect): readonly Rect[] {
  const hands = {
    x: card.x + CARD.width / 2 - 92,
    y: card.y + 32 + DIAL_RADIUS - 92,
    width: 184,
    height: 184,
  };
  return [hands, { x: card.x + 30, y: card.y + 284, width: card.width - 60, height: 60 }];
}

/** Everything that changes with the date, too. */
export function dayRect(card: Rect): Rect {
  return { x: card.x + 30, y: card.y + 350, width: card.width - 60, height: 30 };
}

/** The part that changes with every picture. */
export function waveRect(card: Rect): Rect {
  return { x: card.x + 44, y: card.y + 400, width: card.width - 88, height: 30 };
}

export function paintClockCard(
  canvas: Canvas,
  fonts: Fonts,
  { card, now }: { readonly card: Rect; readonly now: Date },
): void {
  fillRounded(canvas, { rect: card, radius: CARD_RADIUS }, INK.card);
  const centre = { x: card.x + card.width / 2, y: card.y + 32 + DIAL_RADIUS };
  paintDial(canvas, centre, now);
  paintDigits(canvas, fonts, { x: centre.x, y: card.y + 332, now });
  const date = dateText(now);
  const x = centre.x - textWidth(fonts.regular, date) / 2;
  drawText(canvas, date, { face: fonts.regular, ink: INK.onDarkSoft, at: { x, y: card.y + 370 } });
  paintWave(canvas, card, now);
}

function paintDial(canvas: Canvas, centre: Point, now: Date): void {
  fillDisc(canvas, { centre, radius: DIAL_RADIUS }, INK.dialFace);
  for (let mark = 0; mark < 60; mark++) paintMark(canvas, centre, mark);
  const seconds = now.getSeconds();
  const minutes = now.getMinutes() + seconds / 60;
  const hours = now.getHours() + minutes / 60;
  paintHand(canvas, centre, { turn: hours / 12, length: 54, tail: 14, width: 6.5, ink: INK.text });
  paintHand(canvas, centre, { turn: minutes / 60, length: 80, tail: 14, width: 4.5, ink: INK.text });
  paintHand(canvas, centre, { turn: seconds / 60, length: 86, tail: 22, width: 2, ink: INK.second });
  fillDisc(canvas, { centre, radius: 5.5 }, INK.second);
  fillDisc(canvas, { centre, radius: 2 }, INK.dialFace);
}

function paintMark(canvas: Canvas, centre: Point, mark: number): void {
  const isHour = mark % 5 === 0;
  const from = onCircle(centre, mark / 60, DIAL_RADIUS - (isHour ? 18 : 11));
  const to = onCircle(centre, mark / 60, DIAL_RADIUS - 9);
  drawStroke(canvas, { from, to, width: isHour ? 2.6 : 1.2 }, isHour ? INK.textSoft : INK.dialMark);
}

interface Hand {
  readonly turn: number;
  readonly length: number;
  readonly tail: number;
  readonly width: number;
  readonly ink: number;
}

function paintHand(canvas: Canvas, centre: Point, { turn, length, tail, width, ink }: Hand): void {
  const stroke = { from: onCircle(centre, turn, -tail), to: onCircle(centre, turn, length), width };
  drawStroke(canvas, stroke, ink);
}

/** The point at `turn` (0 to 1, clockwise from the top) and `reach` from the centre. */
function onCircle(centre: Point, turn: number, reach: number): Point {
  const angle = turn * 2 * Math.PI;
  return { x: centre.x + Math.sin(angle) * reach, y: centre.y - Math.cos(angle) * reach };
}

/** Every digit in a cell of the same width, so that the time does not shake. */
function paintDigits(
  canvas: Canvas,
  fonts: Fonts,
  { x, y, now }: { readonly x: number; readonly y: number; readonly now: Date },
): void {
  const text = [now.getHours(), now.getMinutes(), now.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
  const cellOf = (character: string) => (character === ":" ? COLON_CELL_WIDTH : DIGIT_CELL_WIDTH);
  let left = x - [...text].reduce((sum, character) => sum + cellOf(character), 0) / 2;
  for (const character of text) {
    const inset = (cellOf(character) - textWidth(fonts.digits, character)) / 2;
    // A colon between digits looks right a little above the baseline it was drawn for.
    const at = { x: left + inset, y: character === ":" ? y - 4 : y };
    drawText(canvas, character, { face: fonts.digits, ink: INK.onDark, at });
    left += cellOf(character);
  }
}

function paintWave(canvas: Canvas, card: Rect, now: Date): void {
  const { x, y, width, height } = waveRect(card);
  const first = x + (width - (WAVE.dots - 1) * WAVE.spacing) / 2;
  const time = (now.getTime() % WAVE.periodMs) / WAVE.periodMs;
  for (let dot = 0; dot < WAVE.dots; dot++) {
    const angle = 2 * Math.PI * (time - dot / WAVE.dots);
    const centre = { x: first + dot * WAVE.spacing, y: y + height / 2 - Math.sin(angle) * WAVE.swing };
    const radius = 3.2 + 1.1 * Math.sin(angle);
    fillDisc(canvas, { centre, radius }, 0 < Math.sin(angle) ? INK.onDark : INK.onDarkSoft);
  }
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

function dateText(now: Date): string {
  return `${DAYS[now.getDay()]}, ${now.getDate()} ${MONTHS[now.getMonth()]} ${now.getFullYear()}`;
}
