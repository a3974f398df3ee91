/** From what was measured to figures, ratios between relays of one round, and medians over rounds. Arithmetic only. */
import type { CellName } from "./cells.ts";
import type { Measured } from "./load-generator.ts";
import type { RelayName } from "./relays.ts";

/** One relay under one cell's load in one round. */
export interface Sample {
  readonly round: number;
  readonly cell: CellName;
  readonly relay: RelayName;
  readonly measured: Measured;
  readonly figure: number;
  readonly flags: readonly string[];
}

export interface Ratios {
  readonly bulk1_cpu_vs_haproxy: number;
  readonly bulk50_cpu_vs_haproxy: number;
  readonly interactive_cpu_vs_haproxy: number;
  readonly bulk1_cpu_vs_websockify: number;
  readonly idle_kb_per_tunnel: number;
  readonly setups_vs_haproxy: number;
  readonly p99_added_ms: number;
}

const FULL_CORE = 0.9;
const RELAY_BUSY = 0.85;
const RATE_MISSED = 0.02;
/** Share of all cores that others may use in a window. */
const OTHERS_BUSY = 0.1;
/** HAProxy's median stays near 50 us on a quiet host; far above it the host stalled. */
const ABSURD_P50_US = 150;
/** The generator sends on a schedule; it is this late only where somebody else had its core. */
const LATE_P99_US = 2000;

/** The cell's one number: CPU-s per GB, CPU us per message, KB per tunnel, or set-ups per CPU-second. */
export const FIGURES: Record<CellName, { readonly unit: string; of(measured: Measured): number }> = {
  bulk1: { unit: "CPU-s/GB", of: cpuPerGb },
  bulk50: { unit: "CPU-s/GB", of: cpuPerGb },
  interactive: {
    unit: "CPU us/msg",
    of: ({ relayCpuSeconds, messages = 0 }) => (1e6 * relayCpuSeconds) / messages,
  },
  idle: {
    unit: "KB/tunnel",
    of: ({ pssAfterKb = 0, pssBeforeKb = 0, opened = 0 }) => (pssAfterKb - pssBeforeKb) / opened,
  },
  setup: { unit: "set-ups/CPU-s", of: ({ opened = 0, relayCpuSeconds }) => opened / relayCpuSeconds },
};

function cpuPerGb({ relayCpuSeconds, bytes = 0 }: Measured): number {
  return (1e9 * relayCpuSeconds) / bytes;
}

/** Share of one core that the generator and the relay used. */
export function coreShares(measured: Measured): { readonly generator: number; readonly relay: number } {
  const { windowSeconds, generatorCpuSeconds, relayCpuSeconds } = measured;
  return { generator: generatorCpuSeconds / windowSeconds, relay: relayCpuSeconds / windowSeconds };
}

/** What makes a sample doubtful, in words. */
export function flagsOf(relay: RelayName, measured: Measured, cores: number): string[] {
  const flags: string[] = [];
  const shares = coreShares(measured);
  // A set-up takes both ends turn by turn, so neither need be at its limit.
  const isOpening = measured.opened !== undefined;
  if (relay !== "direct" && !isOpening && FULL_CORE < shares.generator && shares.relay < RELAY_BUSY)
    flags.push("generator is the limit");
  // Memory does not depend on who else runs.
  const isMemory = measured.pssAfterKb !== undefined;
  if (!isMemory && OTHERS_BUSY * cores < measured.othersCpuSeconds / measured.windowSeconds)
    flags.push("host busy");
  const { messages, expected, blocked = 0, down, late } = measured;
  if (messages !== undefined && expected !== undefined && RATE_MISSED < Math.abs(messages / expected - 1))
    flags.push("rate missed");
  if (late && LATE_P99_US < late.p99Us) flags.push("generator was held up");
  if (0 < blocked) flags.push(`${blocked} messages not taken`);
  if (relay === "haproxy" && down && ABSURD_P50_US < down.p50Us) flags.push("host stalled");
  return flags;
}

/** One doubtful sample spoils the round for the whole cell, so that no relay is judged by its good rounds alone. */
export function isDisturbed(samples: readonly Sample[], cell: CellName, round: number): boolean {
  return samples.some((sample) => sample.cell === cell && sample.round === round && 0 < sample.flags.length);
}

/** Medians over the rounds that nothing disturbed; over all of them where none is left or `isAll` asks for it. */
export function ratiosOf(samples: readonly Sample[], isAll = false): Ratios {
  const per = (cell: CellName, value: (of: (relay: RelayName) => Sample | undefined) => number) =>
    median(
      roundsFor(samples, cell, isAll).map((round) => value((relay) => find(samples, cell, round, relay))),
    );
  const share = (cell: CellName, other: RelayName) =>
    per(cell, (of) => (of("deskgate")?.figure ?? Number.NaN) / (of(other)?.figure ?? Number.NaN));
  return {
    bulk1_cpu_vs_haproxy: share("bulk1", "haproxy"),
    bulk50_cpu_vs_haproxy: share("bulk50", "haproxy"),
    interactive_cpu_vs_haproxy: share("interactive", "haproxy"),
    bulk1_cpu_vs_websockify: share("bulk1", "websockify"),
    idle_kb_per_tunnel: per("idle", (of) => of("deskgate")?.figure ?? Number.NaN),
    setups_vs_haproxy: share("setup", "haproxy"),
    p99_added_ms: addedP99Of(samples, "deskgate", isAll),
  };
}

/** Median of what a relay adds to p99; HAProxy's tells how much of it is the host's doing. */
export function addedP99Of(samples: readonly Sample[], relay: RelayName, isAll = false): number {
  const rounds = roundsFor(samples, "interactive", isAll);
  return median(
    rounds.map((round) =>
      addedP99Ms(find(samples, "interactive", round, relay), find(samples, "interactive", round, "direct")),
    ),
  );
}

/** The worse direction's p99 above that of the same rig without a relay. */
function addedP99Ms(through: Sample | undefined, direct: Sample | undefined): number {
  const added = (["down", "up"] as const).map(
    (way) => (through?.measured[way]?.p99Us ?? Number.NaN) - (direct?.measured[way]?.p99Us ?? Number.NaN),
  );
  return Math.max(...added) / 1000;
}

function find(
  samples: readonly Sample[],
  cell: CellName,
  round: number,
  relay: RelayName,
): Sample | undefined {
  return samples.find((sample) => sample.cell === cell && sample.round === round && sample.relay === relay);
}

function roundsFor(samples: readonly Sample[], cell: CellName, isAll: boolean): readonly number[] {
  const quiet = quietRounds(samples, cell);
  return isAll || quiet.length === 0 ? roundsOf(samples, cell) : quiet;
}

export function quietRounds(samples: readonly Sample[], cell: CellName): readonly number[] {
  return roundsOf(samples, cell).filter((round) => !isDisturbed(samples, cell, round));
}

export function roundsOf(samples: readonly Sample[], cell: CellName): readonly number[] {
  return [...new Set(samples.filter((sample) => sample.cell === cell).map(({ round }) => round))];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
