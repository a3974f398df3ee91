/**
 * `npm run bench [-- --quick] [--json FILE] [--rounds N] [--only CELL]`: the product's relay against its peers.
 *
 * Every figure comes as a ratio of relays that took turns in the same run, because hosts drift more than relays differ.
 * How it is measured, and the last published run, are in docs/performance.md.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ensureSelfSigned } from "@deskgate/gateway";
import {
  type Cell,
  FULL_PLAN,
  type Load,
  type Plan,
  QUICK_PLAN,
  VERIFICATION,
  VERIFIED_RELAYS,
} from "./cells.ts";
import { ensurePackages } from "./ensure-packages.ts";
import { addedP99Of, FIGURES, flagsOf, quietRounds, ratiosOf, type Sample } from "./figures.ts";
import { compileLoad, type Generator, type Measured, runLoad } from "./load-generator.ts";
import { machineFacts } from "./machine.ts";
import { type RelayName, startRelay, type Workshop } from "./relays.ts";
import { sampleLine, summary } from "./report.ts";

const PACKAGES = ["haproxy", "websockify", "gcc", "libc6-dev", "libssl-dev", "util-linux", "openssl"];
const RELAY_CORE = 0;
const GENERATOR_CORE = 1;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string", multiple: true },
    "skip-verify": { type: "boolean", default: false },
  },
});

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
if (process.platform !== "linux") throw new Error("the bench reads /proc and runs on Linux only");
if (availableParallelism() < 2) throw new Error("the bench needs two cores, one for the relay alone");
ensurePackages(PACKAGES);
const machine = machineFacts();
process.stdout.write(`${machine.cpu}, ${machine.cores} cores, ${machine.system}, ${machine.kernel}, `);
process.stdout.write(`node ${machine.versions["node"]}, load average ${machine.loadAverage}\n`);
const directory = await mkdtemp(join(tmpdir(), "deskgate-bench-"));
try {
  const samples = await measure(chosenPlan(), directory);
  const ratios = ratiosOf(samples);
  process.stdout.write(`\n${summary(samples, ratios)}\n`);
  const haproxyAdds = addedP99Of(samples, "haproxy");
  process.stdout.write(`for comparison, HAProxy adds ${haproxyAdds.toFixed(2)} ms to p99\n`);
  const result = {
    machine,
    quick: options.quick,
    ratios,
    ratiosOfAllRounds: ratiosOf(samples, true),
    haproxy_p99_added_ms: haproxyAdds,
    samples,
  };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 1)}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function chosenPlan(): Plan {
  const plan = options.quick ? QUICK_PLAN : FULL_PLAN;
  const only = options.only;
  return {
    repeatUntilSeconds: plan.repeatUntilSeconds,
    rounds: options.rounds === undefined ? plan.rounds : Number(options.rounds),
    cells: only === undefined ? plan.cells : plan.cells.filter(({ name }) => only.includes(name)),
  };
}

async function measure(plan: Plan, directory: string): Promise<Sample[]> {
  const workshop = await makeWorkshop(directory);
  const generator = { program: await compileLoad(directory), core: GENERATOR_CORE };
  if (!options["skip-verify"]) await verify(workshop, generator);
  const samples: Sample[] = [];
  const takeRound = async (cell: Cell, round: number) => {
    for (const relay of cell.relays) {
      const measured = await loadOn(relay, cell, { workshop, generator });
      const figure = FIGURES[cell.name].of(measured);
      const flags = flagsOf(relay, measured, machine.cores);
      samples.push({ round, cell: cell.name, relay, measured, figure, flags });
      process.stdout.write(`${sampleLine({ round, cell: cell.name, relay, measured, figure, flags })}\n`);
    }
  };
  for (let round = 1; round <= plan.rounds; round++)
    for (const cell of plan.cells) await takeRound(cell, round);
  await repeatDisturbed(plan, samples, takeRound);
  return samples;
}

/** A disturbed round stays in the record, and is measured again while there is time. */
async function repeatDisturbed(
  plan: Plan,
  samples: readonly Sample[],
  takeRound: (cell: Cell, round: number) => Promise<void>,
): Promise<void> {
  for (let round = plan.rounds + 1; round <= 3 * plan.rounds; round++)
    for (const cell of plan.cells) {
      const isEnough = plan.rounds <= quietRounds(samples, cell.name).length;
      if (!isEnough && performance.now() < 1000 * plan.repeatUntilSeconds) await takeRound(cell, round);
    }
}

/** One certificate for all relays: ECDSA P-256, as the product makes it. */
async function makeWorkshop(directory: string): Promise<Workshop> {
  const keyFile = join(directory, "key.pem");
  const certificateFile = join(directory, "certificate.pem");
  await ensureSelfSigned({ keyFile, certificateFile });
  const both = `${await readFile(certificateFile, "utf8")}\n${await readFile(keyFile, "utf8")}`;
  await writeFile(join(directory, "both.pem"), both, { mode: 0o600 });
  return { directory, keyFile, certificateFile, relayCore: RELAY_CORE };
}

async function verify(workshop: Workshop, generator: Generator): Promise<void> {
  for (const relay of VERIFIED_RELAYS) {
    const { verifiedBytes = 0 } = await loadOn(relay, VERIFICATION, { workshop, generator });
    process.stdout.write(`${relay}: ${verifiedBytes / 1e6} MB compared, no difference\n`);
  }
}

async function loadOn(
  relay: RelayName,
  load: Load,
  { workshop, generator }: { readonly workshop: Workshop; readonly generator: Generator },
): Promise<Measured> {
  const running = await startRelay(relay, load, workshop);
  try {
    return await runLoad(generator, load, running);
  } finally {
    await running.stop();
  }
}
