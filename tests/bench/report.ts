/** The bench's words: one line per sample while it runs, and the table with the goals at the end. */
import { CELL_NAMES, type CellName } from "./cells.ts";
import { coreShares, FIGURES, median, quietRounds, type Ratios, roundsOf, type Sample } from "./figures.ts";
import { RELAY_NAMES, type RelayName } from "./relays.ts";

interface Goal {
  readonly ratio: keyof Ratios;
  readonly text: string;
  readonly most?: number;
  readonly least?: number;
}

const GOALS: readonly Goal[] = [
  { ratio: "bulk1_cpu_vs_haproxy", text: "bulk, 1 tunnel: CPU vs HAProxy", most: 0.5 },
  { ratio: "bulk1_cpu_vs_websockify", text: "bulk, 1 tunnel: CPU vs websockify", most: 0.45 },
  { ratio: "bulk50_cpu_vs_haproxy", text: "bulk, 50 tunnels: CPU vs HAProxy", most: 0.65 },
  { ratio: "interactive_cpu_vs_haproxy", text: "interactive: CPU vs HAProxy (later 1.0)", most: 1.25 },
  { ratio: "p99_added_ms", text: "interactive: p99 added, ms", most: 1 },
  { ratio: "idle_kb_per_tunnel", text: "idle tunnel, KB", most: 60 },
  { ratio: "setups_vs_haproxy", text: "set-ups per CPU-second vs HAProxy", least: 0.6 },
];

export function sampleLine(sample: Sample): string {
  const { round, cell, relay, measured, figure, flags } = sample;
  const shares = coreShares(measured);
  const cores = `relay ${percent(shares.relay)} generator ${percent(shares.generator)} others ${percent(measured.othersCpuSeconds / measured.windowSeconds)}`;
  const value = Number.isFinite(figure) ? `${digits(figure)} ${FIGURES[cell].unit}` : "";
  return [
    `round ${round}`,
    cell.padEnd(11),
    relay.padEnd(10),
    value.padEnd(20),
    detailOf(sample).padEnd(50),
    cores,
    flags.length === 0 ? "" : `[${flags.join(", ")}]`,
  ].join("  ");
}

function detailOf({ measured }: Sample): string {
  const { bytes, down, up, windowSeconds, opened } = measured;
  if (bytes !== undefined) return `${digits(bytes / 1e9 / windowSeconds)} GB/s`;
  if (down && up)
    return `down ${down.p50Us.toFixed(0)}/${down.p99Us.toFixed(0)} us, up ${up.p50Us.toFixed(0)}/${up.p99Us.toFixed(0)} us (p50/p99)`;
  return opened === undefined ? "" : `${opened} tunnels`;
}

/** Medians of every cell and relay over the quiet rounds, then the ratios beside their goals. */
export function summary(samples: readonly Sample[], ratios: Ratios): string {
  return [cellTable(samples), "", goalTable(ratios)].join("\n");
}

function cellTable(samples: readonly Sample[]): string {
  const head = ["", ...RELAY_NAMES, "unit", "quiet rounds"];
  const rows = CELL_NAMES.map((cell) => {
    const all = roundsOf(samples, cell);
    const quiet = quietRounds(samples, cell);
    const shown = quiet.length === 0 ? all : quiet;
    const columns = RELAY_NAMES.map((relay) => spreadOf(samples.filter(isIn(cell, relay, shown))));
    return [cell, ...columns, FIGURES[cell].unit, `${quiet.length} of ${all.length}`];
  });
  return table([head, ...rows]);
}

const isIn =
  (cell: CellName, relay: RelayName, rounds: readonly number[]) =>
  (sample: Sample): boolean =>
    sample.cell === cell && sample.relay === relay && rounds.includes(sample.round);

function spreadOf(samples: readonly Sample[]): string {
  const values = samples
    .map(({ figure }) => figure)
    .filter((figure) => Number.isFinite(figure) && 0 < figure);
  if (values.length === 0) return "-";
  return `${digits(median(values))} [${digits(Math.min(...values))}-${digits(Math.max(...values))}]`;
}

function goalTable(ratios: Ratios): string {
  const rows = GOALS.map(({ ratio, text, most, least }) => {
    const value = ratios[ratio];
    const isMet = most === undefined ? (least ?? 0) <= value : value <= most;
    const goal = most === undefined ? `>= ${least}` : `<= ${most}`;
    const verdict = Number.isFinite(value) ? (isMet ? "met" : "MISSED") : "not measured";
    return [text, digits(value), goal, verdict];
  });
  return table([["figure", "measured", "goal", ""], ...rows]);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Three digits that matter. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return 100 <= Math.abs(value) ? value.toFixed(0) : value.toPrecision(3);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
