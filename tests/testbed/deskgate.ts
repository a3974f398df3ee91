/**
 * The whole product as its user starts it, on ports and data folders of its own: in one program, or with the planes apart.
 *
 * Suites take it as it is; `DESKGATE_TEST_SHAPE=apart` runs the same suite over separate processes.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ApiClient } from "./api-client.ts";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";

export interface RunningDeskgate {
  readonly site: string;
  /** Of the broker: it holds the database. */
  readonly dataDirectory: string;
  /** The process that viewers reach; its output is that of all processes. */
  readonly peer: Peer;
  /** The one-time link it printed. */
  readonly signInLink: string;
  /** Signed in as the first administrator, by that link. */
  signIn(): Promise<ApiClient>;
  stop(): Promise<void>;
}

export type Shape = "one" | "apart";

const ROOT = join(import.meta.dirname, "../..");
export const MAIN = join(ROOT, "packages/app/src/main.ts");
const START_DEADLINE_MS = 30_000;

export interface StartOptions {
  readonly port?: number;
  readonly dataDirectory?: string;
  readonly args?: readonly string[];
  /** What the environment says where it is not given. */
  readonly shape?: Shape;
}

/** The data folder is removed by {@link RunningDeskgate.stop} unless it was given. */
export function startDeskgate(options: StartOptions = {}): Promise<RunningDeskgate> {
  const shape = options.shape ?? (process.env["DESKGATE_TEST_SHAPE"] === "apart" ? "apart" : "one");
  return shape === "one" ? startInOne(options) : startApart(options);
}

/** Starts `deskgate serve`. */
async function startInOne(options: StartOptions): Promise<RunningDeskgate> {
  const port = options.port ?? (await freePort());
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), "deskgate-data-")));
  const peer = startPeer(process.execPath, [
    MAIN,
    "serve",
    "--listen",
    `127.0.0.1:${port}`,
    "--data",
    dataDirectory,
    ...(options.args ?? []),
  ]);
  await readyWith(peer, "Deskgate is ready", "Deskgate");
  const site = `https://localhost:${port}`;
  const signInLink = /https:\/\/\S+\/sign-in\/link#\S+/.exec(peer.output())?.[0] ?? "";
  return {
    site,
    dataDirectory,
    peer,
    signInLink,
    signIn: () => ApiClient.bySignInLink(site, signInLink),
    async stop() {
      await peer.stop();
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

export interface RunningBroker {
  readonly peer: Peer;
  readonly linkPort: number;
  readonly dataDirectory: string;
  /** Path only: the site is a gateway's. */
  readonly signInPath: string;
}

export interface RunningGateway {
  readonly peer: Peer;
  readonly site: string;
  readonly dataDirectory: string;
}

/** Starts `deskgate broker` on a folder that may have been used before. */
export async function startBroker(options: {
  readonly linkPort: number;
  readonly dataDirectory: string;
}): Promise<RunningBroker> {
  const { linkPort, dataDirectory } = options;
  const listen = `127.0.0.1:${linkPort}`;
  const peer = startPeer(process.execPath, [
    MAIN,
    "broker",
    "--link-listen",
    listen,
    "--data",
    dataDirectory,
  ]);
  await readyWith(peer, "Deskgate broker is ready", "the broker");
  const signInPath = /\/sign-in\/link#\S+/.exec(peer.output())?.[0] ?? "";
  return { peer, linkPort, dataDirectory, signInPath };
}

/** A registration code, made beside the running broker. */
export function gatewayCode(brokerDirectory: string): string {
  const args = [MAIN, "gateway-code", "create", "--json", "--data", brokerDirectory];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`no code: ${stderr}`);
  return (JSON.parse(stdout) as { code: string }).code;
}

/** Starts `deskgate gateway`, which registers where its folder is new. */
export async function startGateway(options: {
  readonly broker: RunningBroker;
  readonly port: number;
  readonly dataDirectory: string;
  readonly args?: readonly string[];
  /** One that was made already; absent makes one. */
  readonly code?: string;
}): Promise<RunningGateway> {
  const { broker, port, dataDirectory, args = [], code } = options;
  const codeFile = join(dataDirectory, "code");
  await writeFile(codeFile, code ?? gatewayCode(broker.dataDirectory), { flag: "wx" }).catch(() => {
    // It has its code, and its identity, from an earlier start.
  });
  const peer = startPeer(process.execPath, [
    ...[MAIN, "gateway", "--broker", `https://127.0.0.1:${broker.linkPort}`, "--code-file", codeFile],
    ...["--listen", `127.0.0.1:${port}`, "--data", dataDirectory, ...args],
  ]);
  await readyWith(peer, "Deskgate gateway is ready", "the gateway");
  return { peer, site: `https://localhost:${port}`, dataDirectory };
}

async function startApart(options: StartOptions): Promise<RunningDeskgate> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-apart-"));
  const dataDirectory = options.dataDirectory ?? join(folder, "broker");
  const broker = await startBroker({ linkPort: await freePort(), dataDirectory });
  const gatewayDirectory = await mkdtemp(join(folder, "gateway-"));
  const port = options.port ?? (await freePort());
  const gateway = await startGateway({ broker, port, dataDirectory: gatewayDirectory });
  const { site } = gateway;
  const signInLink = `${site}${broker.signInPath}`;
  const stop = async () => {
    await gateway.peer.stop();
    await broker.peer.stop();
  };
  return {
    site,
    dataDirectory,
    peer: { ...gateway.peer, output: () => `${broker.peer.output()}\n${gateway.peer.output()}`, stop },
    signInLink,
    signIn: () => ApiClient.bySignInLink(site, signInLink),
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readyWith(peer: Peer, words: string, what: string): Promise<void> {
  await ready(peer, () => peer.output().includes(words), { what, deadlineMs: START_DEADLINE_MS });
  await ready(peer, () => peer.output().includes("Ctrl-C"), { what: `${what}'s welcome` });
}
