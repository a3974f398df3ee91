/**
 * A small imaginary screen that always looks the same for the same name, so that people find a desktop by sight.
 *
 * Pure: a name in, colours and rectangles out. Drawn by `screen-picture.tsx`.
 */
export interface ScreenWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Lengths of the lines of "text" in it, as parts of the width. */
  readonly lines: readonly number[];
  readonly isFront: boolean;
}

export interface ScreenPlan {
  /** Degrees on the colour wheel, from a list that goes well with the accent. */
  readonly hue: number;
  readonly hill: string;
  readonly farHill: string;
  readonly windows: readonly ScreenWindow[];
  /** How many things stand in the dock. */
  readonly docked: number;
}

export const SCREEN_WIDTH = 320;
export const SCREEN_HEIGHT = 136;

const HUES = [193, 210, 228, 258, 286, 330, 12, 32, 76, 150, 172] as const;

export function planScreen(name: string): ScreenPlan {
  const draw = drawsFrom(name);
  const between = (low: number, high: number) => Math.round(low + draw() * (high - low));
  const hue = HUES[Math.floor(draw() * HUES.length)] ?? HUES[0];
  const hill = curve(between(80, 106), between(62, 100), between(86, 114));
  const farHill = curve(between(50, 80), between(72, 104), between(42, 76));
  const isFrontLeft = draw() < 0.5;
  const back = windowAt(
    isFrontLeft ? between(146, 180) : between(24, 46),
    between(12, 20),
    between(108, 124),
    between(60, 70),
  );
  const front = windowAt(
    isFrontLeft ? between(40, 68) : between(124, 150),
    between(30, 40),
    between(122, 140),
    between(66, 72),
  );
  return {
    hue,
    hill,
    farHill,
    windows: [
      { ...back, lines: linesOf(draw, 3), isFront: false },
      { ...front, lines: linesOf(draw, 4), isFront: true },
    ],
    docked: between(4, 7),
  };
}

function windowAt(x: number, y: number, width: number, height: number) {
  return { x, y, width, height };
}

function linesOf(draw: () => number, count: number): readonly number[] {
  return Array.from({ length: count }, () => 0.28 + draw() * 0.58);
}

function curve(left: number, bend: number, right: number): string {
  return `M0 ${left}C90 ${bend - 34} 150 ${bend + 34} ${SCREEN_WIDTH} ${right}V${SCREEN_HEIGHT}H0Z`;
}

/** Numbers in [0, 1) that depend on the name alone: FNV-1a as the seed of mulberry32. */
function drawsFrom(name: string): () => number {
  let state = 0x811c9dc5;
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
