/**
 * The wallpaper: a calm morning over layered hills.
 *
 * Nearly every row and every hill is of one colour, so it packs to a few kilobytes for any size of screen.
 */
import { Canvas } from "../canvas/canvas.ts";
import { fillDisc } from "../canvas/shapes.ts";

interface Hill {
  readonly rgb: number;
  /** Height of the crest as a share of the screen, from the top. */
  readonly level: number;
  readonly swell: number;
  readonly waves: number;
  readonly shift: number;
}

const SKY: readonly number[] = [0x1d6478, 0x4f9aa9, 0xa9cfd0, 0xf3dfc6];
const SUN = { x: 0.6, y: 0.49, radius: 0.085, rgb: 0xfff6e6 } as const;
const HILLS: readonly Hill[] = [
  { rgb: 0x8dbfc5, level: 0.57, swell: 0.05, waves: 1.3, shift: 0.4 },
  { rgb: 0x57a0ae, level: 0.66, swell: 0.06, waves: 0.9, shift: 2.6 },
  { rgb: 0x2b7f93, level: 0.76, swell: 0.05, waves: 1.5, shift: 4.4 },
  { rgb: 0x15596c, level: 0.86, swell: 0.05, waves: 1.1, shift: 0.9 },
  { rgb: 0x0c3f4e, level: 0.95, swell: 0.04, waves: 1.7, shift: 3.1 },
];

export function paintWallpaper(width: number, height: number): Canvas {
  const canvas = new Canvas(width, height);
  for (let y = 0; y < height; y++) canvas.fill({ x: 0, y, width, height: 1 }, opaque(skyAt(y / height)));
  const centre = { x: Math.round(width * SUN.x), y: Math.round(height * SUN.y) };
  const radius = Math.round(Math.min(width, height) * SUN.radius);
  fillDisc(canvas, { centre, radius: radius * 1.7 }, 0x22000000 + SUN.rgb);
  fillDisc(canvas, { centre, radius: radius * 1.3 }, 0x33000000 + SUN.rgb);
  fillDisc(canvas, { centre, radius }, opaque(SUN.rgb));
  for (const hill of HILLS) paintHill(canvas, hill);
  return canvas;
}

function paintHill(canvas: Canvas, hill: Hill): void {
  const { width, height } = canvas.bounds;
  for (let x = 0; x < width; x++) {
    const crest = crestAt(hill, x / width) * height;
    const top = Math.floor(crest);
    const share = Math.round((top + 1 - crest) * 255);
    canvas.fill({ x, y: top, width: 1, height: 1 }, share * 0x1000000 + hill.rgb);
    canvas.fill({ x, y: top + 1, width: 1, height: height - top - 1 }, opaque(hill.rgb));
  }
}

function crestAt({ level, swell, waves, shift }: Hill, share: number): number {
  const angle = share * waves * 2 * Math.PI + shift;
  return level + swell * (0.7 * Math.sin(angle) + 0.3 * Math.sin(2.3 * angle + shift));
}

/** The sky's colour at a share of the height; the last colour stands at the hills. */
function skyAt(share: number): number {
  const place = Math.min(share / 0.68, 0.999) * (SKY.length - 1);
  const from = SKY[Math.floor(place)] ?? 0;
  const to = SKY[Math.floor(place) + 1] ?? 0;
  const part = place - Math.floor(place);
  let rgb = 0;
  for (const shift of [16, 8, 0]) {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255];
    rgb |= Math.round(a + (b - a) * part) << shift;
  }
  return rgb;
}

function opaque(rgb: number): number {
  return 0xff000000 + rgb;
}
