/** Compiles the load generator and runs one measurement with it. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Load } from "./cells.ts";
import type { RunningRelay } from "./relays.ts";

const run = promisify(execFile);
const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "load");
/** Opening thousands of tunnels, settling, and a slow host. */
const EXTRA_SECONDS = 90;

export interface Latency {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** What the generator prints: see `print_usage` in measure.c and the end of each mode's file. */
export interface Measured {
  readonly windowSeconds: number;
  readonly relayCpuSeconds: number;
  readonly generatorCpuSeconds: number;
  /** Everything else that ran on this host. */
  readonly othersCpuSeconds: number;
  readonly stolenSeconds: number;
  /** bulk */
  readonly bytes?: number;
  /** interactive */
  readonly messages?: number;
  readonly expected?: number;
  readonly blocked?: number;
  readonly down?: Latency;
  readonly up?: Latency;
  readonly late?: Latency;
  /** idle and setup */
  readonly opened?: number;
  readonly pssBeforeKb?: number;
  readonly pssAfterKb?: number;
  /** verify */
  readonly verifiedBytes?: number;
}

/** Builds the program into `directory` and returns its path. */
export async function compileLoad(directory: string): Promise<string> {
  const program = join(directory, "load");
  const files = (await readdir(SOURCES)).filter((name) => name.endsWith(".c")).sort();
  const sources = files.map((name) => join(SOURCES, name));
  await run("cc", ["-O2", "-std=gnu17", "-Wall", "-Wextra", "-o", program, ...sources, "-lssl", "-lcrypto"]);
  return program;
}

export interface Generator {
  readonly program: string;
  readonly core: number;
}

/** Puts one cell's load on a running relay. Rejects with the generator's own words where it fails. */
export async function runLoad(generator: Generator, load: Load, relay: RunningRelay): Promise<Measured> {
  const limitSeconds = Math.ceil(load.warmSeconds + load.windowSeconds + EXTRA_SECONDS);
  const options = {
    wire: relay.wire,
    "relay-port": relay.port,
    "target-port": relay.targetPort,
    "relay-pid": relay.pid ?? 0,
    tunnels: load.tunnels,
    warm: load.warmSeconds,
    window: load.windowSeconds,
    limit: limitSeconds,
    ...(relay.ticketFile === undefined ? {} : { tickets: relay.ticketFile }),
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run("taskset", [
    "-c",
    String(generator.core),
    generator.program,
    load.mode,
    ...words,
  ]);
  return JSON.parse(stdout) as Measured; // our own program's output
}
