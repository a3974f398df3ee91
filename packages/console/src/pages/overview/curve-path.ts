/** The session curve as SVG paths and marks. Where the broker was down, points are missing and the line breaks. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly live: number;
}

/** What of time and sessions is shown, on how many pixels. */
export interface CurveFrame {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  /** The value at the upper edge. */
  readonly top: number;
}

const HOUR_MS = 3_600_000;
/** Points come every five minutes; a gap of three is a gap. */
const GAP_MS = 15 * 60_000;
/** A mark needs this much room for its words. */
const MARK_PX = 96;
const MARK_STEPS_HOURS = [1, 2, 3, 4, 6, 12] as const;
/** Steps that a scale may have, times a power of ten; parts of a session there are none. */
const NICE_STEPS = [1, 2, 5, 10] as const;
const GRID_LINES = 4;

export function curvePath(samples: readonly Sample[], frame: CurveFrame): { line: string; area: string } {
  const placed = runsOf(samples).map((run) => run.map((sample) => placeOf(sample, frame)));
  const line = placed.map((run) => `M${run.map(({ x, y }) => `${x} ${y}`).join("L")}`).join("");
  const area = placed
    .map((run) => {
      const [first, last] = [run[0], run.at(-1)];
      if (!first || !last) return "";
      const top = run.map(({ x, y }) => `${x} ${y}`).join("L");
      return `M${first.x} ${frame.height}L${top}L${last.x} ${frame.height}Z`;
    })
    .join("");
  return { line, area };
}

export function placeOf({ at, live }: Sample, { width, height, from, to, top }: CurveFrame) {
  const share = (at - from) / Math.max(1, to - from);
  return { x: round(share * width), y: round(height - (live / Math.max(1, top)) * height) };
}

/** Full hours of the reader's own clock, as many as have room. */
export function hourMarks(frame: CurveFrame): readonly { readonly x: number; readonly at: number }[] {
  const { width, from, to } = frame;
  const hours = (to - from) / HOUR_MS;
  const step = MARK_STEPS_HOURS.find((one) => (one / hours) * width >= MARK_PX) ?? 24;
  const marks: { x: number; at: number }[] = [];
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  for (let at = first.getTime(); at < to; at += HOUR_MS)
    if (from <= at && new Date(at).getHours() % step === 0)
      marks.push({ x: placeOf({ at, live: 0 }, frame).x, at });
  // The outermost ones would be cut off.
  return marks.filter(({ x }) => 18 < x && x < width - 18);
}

/** Values for the lines across, from 0 to a round number that holds `most`. */
export function gridValues(most: number): readonly number[] {
  const rough = Math.max(1, most) / GRID_LINES;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(rough)));
  const step = (NICE_STEPS.find((one) => one * power >= rough) ?? 10) * power;
  const lines = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: lines + 1 }, (_, line) => line * step);
}

/** The sample beside a point of the curve, to read it. */
export function nearestSample(samples: readonly Sample[], at: number): Sample | undefined {
  return samples.reduce<Sample | undefined>(
    (best, sample) => (best && Math.abs(best.at - at) <= Math.abs(sample.at - at) ? best : sample),
    undefined,
  );
}

function runsOf(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const runs: Sample[][] = [];
  let before: Sample | undefined;
  for (const sample of samples) {
    if (!before || GAP_MS < sample.at - before.at) runs.push([]);
    runs.at(-1)?.push(sample);
    before = sample;
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
