/** The whole program as its user starts it, on a port and a data folder of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ApiClient } from "./api-client.ts";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";

export interface RunningDeskgate {
  readonly site: string;
  readonly dataDirectory: string;
  readonly peer: Peer;
  /** The one-time link it printed. */
  readonly signInLink: string;
  /** Signed in as the first administrator, by that link. */
  signIn(): Promise<ApiClient>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "packages/app/src/main.ts");

export interface StartOptions {
  readonly port?: number;
  readonly dataDirectory?: string;
  readonly args?: readonly string[];
}

/** Starts `deskgate serve`. The data folder is removed by {@link RunningDeskgate.stop} unless it was given. */
export async function startDeskgate(options: StartOptions = {}): Promise<RunningDeskgate> {
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
  await ready(peer, () => peer.output().includes("Deskgate is ready"), {
    what: "Deskgate",
    deadlineMs: 30_000,
  });
  await ready(peer, () => peer.output().includes("Ctrl-C"), { what: "Deskgate's welcome" });
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
