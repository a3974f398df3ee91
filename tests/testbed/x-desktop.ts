/** An X server without a screen, with the known picture, a clock and a terminal: what an RDP server can show. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { type Peer, ready, startPeer } from "./peer.ts";
import { paintKnownPicture } from "./rdp-picture.ts";

export interface XDesktop {
  readonly env: NodeJS.ProcessEnv;
  /** What the terminal was told. */
  typed(): Promise<string>;
  stop(): Promise<void>;
}

export async function startXDesktop(folder: string): Promise<XDesktop> {
  const display = freeDisplay();
  const env = { ...process.env, DISPLAY: display, HOME: folder };
  const server = startPeer("Xvfb", [display, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac"]);
  await ready(server, () => spawnSync("xdpyinfo", [], { env }).status === 0, { what: "Xvfb" });
  const picture = join(folder, "known.png");
  paintKnownPicture(picture);
  const clients: readonly Peer[] = [
    startPeer("openbox", [], { env }),
    startPeer("display", ["-immutable", "-window", "root", picture], { env }),
    startPeer("xclock", ["-geometry", "120x120+20+20", "-update", "1"], { env }),
    startPeer("xterm", ["-geometry", "60x8+300+300", "-e", "sh", "-c", 'tee "$HOME/typed.txt"'], { env }),
  ];
  return {
    env,
    typed: () => readFile(join(folder, "typed.txt"), "utf8").catch(() => ""),
    async stop() {
      for (const peer of [...clients, server]) await peer.stop();
    },
  };
}

function freeDisplay(): string {
  for (let number = 220; number < 400; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
  throw new Error("no free X display");
}
