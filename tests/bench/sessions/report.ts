/** The words and figures of the sessions bench: a line per sample, medians, and sessions per core beside guacd's. */
import { spawnSync } from "node:child_process";
import { MOVING } from "./moving-picture.ts";
import { type Measured, type Protocol, RELAYS, type Relay } from "./sample.ts";

export interface Sample {
  readonly round: number;
  readonly protocol: Protocol;
  readonly relay: Relay;
  readonly measured: Measured;
  readonly flags: readonly string[];
}

export interface Ratios {
  readonly rdp_sessions_per_core_vs_guacd: number;
  readonly vnc_sessions_per_core_vs_guacd: number;
}

/** Below this share of the frames, the session no longer shows the moving picture as it is. */
const LEAST_FRAMES_SHARE = 0.8;

/** Frames of the moving picture per second and session, by the area that arrived. */
function framesPerSecond({ sessions, windowSeconds }: Measured): readonly number[] {
  return sessions.map(({ pixels }) => pixels / (MOVING.width * MOVING.height) / windowSeconds);
}

export function flagsOf(measured: Measured): readonly string[] {
  const slowest = Math.min(...framesPerSecond(measured));
  return slowest < LEAST_FRAMES_SHARE * MOVING.framesPerSecond ? [`only ${slowest.toFixed(1)} frames/s`] : [];
}

function cpuPerSession({ cpuSeconds, windowSeconds, sessions }: Measured): number {
  return cpuSeconds / windowSeconds / sessions.length;
}

function megabitsPerSecond({ sessions, windowSeconds }: Measured): number {
  return (8 * sum(sessions.map(({ bytes }) => bytes))) / 1e6 / windowSeconds / sessions.length;
}

export function sampleLine({ round, protocol, relay, measured, flags }: Sample): string {
  const frames = framesPerSecond(measured);
  return [
    `round ${round}`,
    protocol,
    relay.padEnd(8),
    `${(100 * cpuPerSession(measured)).toFixed(2).padStart(6)} % of a core per session`,
    `${mean(frames).toFixed(1)} frames/s`,
    `${megabitsPerSecond(measured).toFixed(1)} Mbit/s to each viewer`,
    `viewers' core ${Math.round((100 * measured.viewerCoreBusySeconds) / measured.windowSeconds)} %`,
    flags.length === 0 ? "" : `[${flags.join(", ")}]`,
  ].join("  ");
}

/** Rounds are compared within themselves, because a host drifts; the figure is their median. */
export function ratiosOf(samples: readonly Sample[]): Ratios {
  const ratio = (protocol: Protocol) => {
    const costs = (relay: Relay) =>
      samples
        .filter((one) => one.protocol === protocol && one.relay === relay)
        .map(({ measured }) => cpuPerSession(measured));
    const [ours, theirs] = [costs("deskgate"), costs("guacd")];
    return Math.round(100 * median(theirs.map((cost, i) => cost / (ours[i] ?? Number.NaN)))) / 100;
  };
  return { rdp_sessions_per_core_vs_guacd: ratio("rdp"), vnc_sessions_per_core_vs_guacd: ratio("vnc") };
}

export function summary(samples: readonly Sample[], ratios: Ratios): string {
  const lines = ["protocol  relay     CPU per session  sessions per core  frames/s  Mbit/s"];
  for (const protocol of ["vnc", "rdp"] as const)
    for (const relay of RELAYS) {
      const own = samples
        .filter((one) => one.protocol === protocol && one.relay === relay)
        .map(({ measured }) => measured);
      if (own.length === 0) continue;
      const cost = median(own.map(cpuPerSession));
      lines.push(
        [
          protocol.padEnd(8),
          relay.padEnd(8),
          `${(100 * cost).toFixed(2)} %`.padStart(15),
          (1 / cost).toFixed(0).padStart(17),
          median(own.map((one) => mean(framesPerSecond(one))))
            .toFixed(1)
            .padStart(8),
          median(own.map(megabitsPerSecond)).toFixed(1).padStart(6),
        ].join("  "),
      );
    }
  for (const [name, value] of Object.entries(ratios)) lines.push(`${name}: ${value}`);
  return lines.join("\n");
}

export function packageVersions(): Readonly<Record<string, string>> {
  const names = ["tigervnc-standalone-server", "xrdp", "xorgxrdp"];
  const { stdout } = spawnSync("dpkg-query", ["-W", ...names], { encoding: "utf8" });
  return Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split("\t")),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
