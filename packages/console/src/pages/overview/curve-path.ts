/** The line of the session curve as SVG paths. Where the broker was down, points are missing and the line breaks. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly live: number;
}

interface CurveSize {
  readonly width: number;
  readonly height: number;
  readonly most: number;
}

const HOUR_MS = 3_600_000;
/** Points come every five minutes; a gap of three is a gap. */
const GAP_MS = 15 * 60_000;
const MARK_EVERY_HOURS = 4;
/** Room above the highest point. */
const TOP = 16;

export function curvePath(samples: readonly Sample[], size: CurveSize): { line: string; area: string } {
  const { height, most } = size;
  const scale = scaleOf(samples, size.width);
  const yOf = (live: number) => round(height - (live / Math.max(1, most)) * (height - TOP));
  const runs = runsOf(samples);
  const line = runs
    .map((run) => `M${run.map(({ at, live }) => `${scale(at)} ${yOf(live)}`).join("L")}`)
    .join("");
  const area = runs
    .map((run) => {
      const [first, last] = [run[0], run.at(-1)];
      if (!first || !last) return "";
      const top = run.map(({ at, live }) => `${scale(at)} ${yOf(live)}`).join("L");
      return `M${scale(first.at)} ${height}L${top}L${scale(last.at)} ${height}Z`;
    })
    .join("");
  return { line, area };
}

/** Every fourth full hour, with its place. */
export function hourMarks(
  samples: readonly Sample[],
  width: number,
): readonly { readonly x: number; readonly at: number }[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return [];
  const scale = scaleOf(samples, width);
  const step = MARK_EVERY_HOURS * HOUR_MS;
  const marks: { x: number; at: number }[] = [];
  for (let at = Math.ceil(first.at / step) * step; at < last.at; at += step) marks.push({ x: scale(at), at });
  // The outermost ones would be cut off.
  return marks.filter(({ x }) => 20 < x && x < width - 20);
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

function scaleOf(samples: readonly Sample[], width: number): (at: number) => number {
  const first = samples[0]?.at ?? 0;
  const span = Math.max(1, (samples.at(-1)?.at ?? 0) - first);
  return (at) => round(((at - first) / span) * width);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
