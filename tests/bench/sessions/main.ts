/**
 * `npm run bench:sessions [-- --quick] [--json FILE] [--rounds N] [--sessions N] [--only vnc|rdp]`: what a session with a
 * moving picture costs the gateway, beside guacd, which transcodes it on the server.
 *
 * How it is measured, and the last published run, are in docs/performance.md.
 */
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { ensureSelfSigned } from "@deskgate/gateway";
import { ensurePackages } from "../ensure-packages.ts";
import { machineFacts } from "../machine.ts";
import { type Desktop, startRdpDesktop, startVncDesktop } from "./desktops.ts";
import { fetchGuacd, guacdVersion } from "./guacd.ts";
import { paintMovingPicture } from "./moving-picture.ts";
import { flagsOf, packageVersions, ratiosOf, type Sample, sampleLine, summary } from "./report.ts";
import { type Protocol, RELAYS, takeSample, type Workshop } from "./sample.ts";

const PACKAGES = [
  "tigervnc-standalone-server",
  "tigervnc-tools",
  "xrdp",
  "xorgxrdp",
  "openbox",
  "xterm",
  "x11-apps",
  "x11-utils",
  "imagemagick",
  "openssl",
  "util-linux",
];
const START: Readonly<Record<Protocol, (movingPicture: string) => Promise<Desktop>>> = {
  vnc: startVncDesktop,
  rdp: startRdpDesktop,
};
const PROTOCOLS = ["vnc", "rdp"] as const satisfies readonly Protocol[];
const RELAY_CORE = 0;
const VIEWER_CORE = 1;
const SETTLE_MS = 4_000;
const WARM_UP_MS = 2_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    rounds: { type: "string" },
    sessions: { type: "string", default: "4" },
    only: { type: "string", multiple: true },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 4));
const windowMs = options.quick ? 8_000 : 20_000;
const protocols = PROTOCOLS.filter((name) => options.only?.includes(name) ?? true);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
if (process.platform !== "linux") throw new Error("the bench reads /proc and runs on Linux only");
if (availableParallelism() < 2) throw new Error("the bench needs two cores, one for the relay alone");
ensurePackages(PACKAGES);
const facts = machineFacts();
const directory = await mkdtemp(join(tmpdir(), "deskgate-sessions-"));
// Desktops inherit this; the relay alone is put onto its core.
spawnSync("taskset", ["-a", "-c", "-p", String(VIEWER_CORE), String(process.pid)]);
// The desktops' own accounts read the moving picture there; the gateway's key is for its owner only.
await chmod(directory, 0o755);
// Each peer ends with us.
process.setMaxListeners(100);
try {
  const workshop = await makeWorkshop();
  const versions = { node: process.version, guacd: guacdVersion(workshop.guacdRoot), ...packageVersions() };
  const machine = { ...facts, versions };
  process.stdout.write(`${machine.cpu}, ${machine.cores} cores, ${machine.system}, ${machine.kernel}, `);
  process.stdout.write(
    `${Object.entries(versions)
      .map((pair) => pair.join(" "))
      .join(", ")}, load average ${machine.loadAverage}\n`,
  );
  const samples = await measure(workshop);
  const ratios = ratiosOf(samples);
  process.stdout.write(`\n${summary(samples, ratios)}\n`);
  const result = { machine, quick: options.quick, ratios, samples };
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 1)}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function makeWorkshop(): Promise<Workshop> {
  const files = { keyFile: join(directory, "key.pem"), certificateFile: join(directory, "certificate.pem") };
  await ensureSelfSigned(files);
  return { ...files, guacdRoot: await fetchGuacd(), relayCore: RELAY_CORE, viewerCore: VIEWER_CORE };
}

async function measure(workshop: Workshop): Promise<readonly Sample[]> {
  const movingPicture = await paintMovingPicture(directory);
  const samples: Sample[] = [];
  for (const protocol of protocols) {
    const desktops: Desktop[] = [];
    try {
      for (let i = 0; i < Number(options.sessions); i++) desktops.push(await START[protocol](movingPicture));
      for (let round = 0; round <= rounds; round++)
        samples.push(...(await takeRound(round, { protocol, desktops, workshop })));
    } finally {
      for (const desktop of desktops) await desktop.stop();
    }
  }
  return samples;
}

interface RoundContext {
  readonly protocol: Protocol;
  readonly desktops: readonly Desktop[];
  readonly workshop: Workshop;
}

/** Round 0 only wakes the desktops and fills caches; it is no sample. */
async function takeRound(round: number, context: RoundContext): Promise<readonly Sample[]> {
  const { protocol, desktops, workshop } = context;
  const isWarmUp = round === 0;
  const samples: Sample[] = [];
  for (const relay of RELAYS) {
    const lengths = { settleMs: SETTLE_MS, windowMs: isWarmUp ? WARM_UP_MS : windowMs };
    const measured = await takeSample({ relay, protocol, desktops, ...lengths }, workshop);
    if (isWarmUp) continue;
    const sample = { round, protocol, relay, measured, flags: flagsOf(measured) };
    samples.push(sample);
    process.stdout.write(`${sampleLine(sample)}\n`);
  }
  return samples;
}
