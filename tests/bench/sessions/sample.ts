/** One sample: a relay started anew on its core, N viewers through it, and what both did during a window. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, type Peer, ready, startPeer } from "../../testbed/peer.ts";
import type { Desktop } from "./desktops.ts";
import type { GatewayPlan } from "./gateway-under-test.ts";
import { startGuacd } from "./guacd.ts";
import { busySeconds, treeCpuSeconds } from "./process-cpu.ts";
import { type Counts, DESKTOP, type ViewerPlan } from "./viewers/viewer.ts";

export const RELAYS = ["deskgate", "guacd"] as const;
export type Relay = (typeof RELAYS)[number];
export type Protocol = GatewayPlan["protocol"];

export interface Workshop {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly guacdRoot: string;
  /** The relay's alone. */
  readonly relayCore: number;
  /** The viewers'; the desktops have it too. */
  readonly viewerCore: number;
}

export interface Measured {
  readonly windowSeconds: number;
  /** Of the relay's process tree. */
  readonly cpuSeconds: number;
  /** Of the core that desktops and viewers share; where it has none left, it decides how many frames there are. */
  readonly viewerCoreBusySeconds: number;
  readonly sessions: readonly Counts[];
}

interface Wanted {
  readonly relay: Relay;
  readonly protocol: Protocol;
  readonly desktops: readonly Desktop[];
  readonly settleMs: number;
  readonly windowMs: number;
}

export async function takeSample(wanted: Wanted, workshop: Workshop): Promise<Measured> {
  const { peer, plans } = await startRelay(wanted, workshop);
  try {
    const viewers = await startViewers(plans, workshop.viewerCore);
    try {
      for (const desktop of wanted.desktops) await desktop.move();
      await sleep(wanted.settleMs);
      const before = await viewers.counts();
      const core = workshop.viewerCore;
      const [busyBefore, cpuBefore, beganMs] = [
        busySeconds(core),
        treeCpuSeconds(peer.pid),
        performance.now(),
      ];
      await sleep(wanted.windowMs);
      const [busyAfter, cpuAfter, endedMs] = [busySeconds(core), treeCpuSeconds(peer.pid), performance.now()];
      const after = await viewers.counts();
      return {
        windowSeconds: (endedMs - beganMs) / 1000,
        cpuSeconds: cpuAfter - cpuBefore,
        viewerCoreBusySeconds: busyAfter - busyBefore,
        sessions: after.map((one, i) => difference(one, before[i] ?? { updates: 0, pixels: 0, bytes: 0 })),
      };
    } finally {
      await viewers.stop();
    }
  } finally {
    await peer.stop();
  }
}

function difference(after: Counts, before: Counts): Counts {
  return {
    updates: after.updates - before.updates,
    pixels: after.pixels - before.pixels,
    bytes: after.bytes - before.bytes,
  };
}

interface StartedRelay {
  readonly peer: Peer;
  readonly plans: readonly ViewerPlan[];
}

async function startRelay(wanted: Wanted, workshop: Workshop): Promise<StartedRelay> {
  const port = await freePort();
  return wanted.relay === "guacd" ? withGuacd(port, wanted, workshop) : withGateway(port, wanted, workshop);
}

async function withGuacd(port: number, wanted: Wanted, workshop: Workshop): Promise<StartedRelay> {
  const { protocol, desktops } = wanted;
  const peer = await startGuacd(workshop.guacdRoot, { port, core: workshop.relayCore });
  const plans = desktops.map((desktop): ViewerPlan => {
    const { username, password } = desktop;
    const common = { hostname: "127.0.0.1", port: String(desktop.port), password };
    const { width, height } = DESKTOP;
    const ofRdp = {
      ...{ username, security: "tls", "ignore-cert": "true", "color-depth": "32", "disable-audio": "true" },
      ...{ width: String(width), height: String(height) },
    };
    return {
      kind: "guacamole",
      port,
      protocol,
      settings: protocol === "rdp" ? { ...common, ...ofRdp } : common,
    };
  });
  return { peer, plans };
}

async function withGateway(port: number, wanted: Wanted, workshop: Workshop): Promise<StartedRelay> {
  const { protocol, desktops } = wanted;
  const { keyFile, certificateFile, relayCore } = workshop;
  const machines = desktops.map(({ port, username, password }) => ({ port, username, password }));
  const plan: GatewayPlan = { port, keyFile, certificateFile, protocol, machines };
  const script = fileURLToPath(new URL("gateway-under-test.ts", import.meta.url));
  const peer = startPeer("taskset", [
    "-c",
    String(relayCore),
    process.execPath,
    script,
    JSON.stringify(plan),
  ]);
  await ready(peer, () => peer.output().endsWith("ready\n"), { what: "the gateway" });
  const tickets = peer
    .output()
    .trim()
    .split("\n")
    .slice(-desktops.length - 1, -1);
  const kind = protocol === "rdp" ? "iron" : "rfb";
  return { peer, plans: tickets.map((ticket) => ({ kind, port, ticket })) };
}

interface Viewers {
  counts(): Promise<readonly Counts[]>;
  stop(): Promise<void>;
}

type Told = { readonly ready: true } | { readonly failed: string } | { readonly counts: readonly Counts[] };

const START_LIMIT_MS = 90_000;
const ANSWER_LIMIT_MS = 20_000;

async function startViewers(plans: readonly ViewerPlan[], core: number): Promise<Viewers> {
  const script = join(import.meta.dirname, "viewers/main.ts");
  const child = fork(script, [JSON.stringify(plans)], {
    execPath: "taskset",
    execArgv: ["-c", String(core), process.execPath],
  });
  const killWithUs = () => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  // What it says is asked for, one at a time; a failure is kept for whoever asks next.
  const hear = async (limitMs: number): Promise<Told> => {
    const [told] = (await Promise.race([
      once(child, "message", { signal: AbortSignal.timeout(limitMs) }),
      once(child, "exit").then(() => [{ failed: "the viewers ended" }]),
    ])) as [Told];
    if ("failed" in told) throw new Error(told.failed);
    return told;
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.disconnect();
    await gone;
  };
  try {
    await hear(START_LIMIT_MS);
  } catch (cause) {
    child.kill("SIGKILL");
    throw cause;
  }
  return {
    async counts() {
      const answer = hear(ANSWER_LIMIT_MS);
      child.send("count");
      const told = await answer;
      return "counts" in told ? told.counts : [];
    },
    stop,
  };
}
