/** An X server without a screen, with the known picture, a clock and a terminal: what an RDP server can show. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ready, startPeer } from "./peer.ts";
import { paintKnownPicture } from "./rdp-picture.ts";

export interface XDesktop {
  readonly env: NodeJS.ProcessEnv;
  /** What the terminal was told. */
  typed(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Conditions of the shell's, for whoever puts a desktop together: the picture comes last, so that who sees it can type.
 * A window that comes, and a window manager that notices a click, take the keyboard only when they get to it.
 */
export const MANAGES_WINDOWS = "xprop -root _NET_SUPPORTING_WM_CHECK | grep -q '#'";
export const TERMINAL_LISTENS =
  'test -e "$HOME/typed.txt" && xprop -id "$(xprop -root _NET_ACTIVE_WINDOW | sed \'s/.*# //\')" WM_CLASS | grep -q XTerm';

export async function startXDesktop(folder: string): Promise<XDesktop> {
  const display = freeDisplay();
  const env = { ...process.env, DISPLAY: display, HOME: folder };
  const server = startPeer("Xvfb", [display, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac"]);
  await ready(server, () => spawnSync("xdpyinfo", [], { env }).status === 0, { what: "Xvfb" });
  const picture = join(folder, "known.png");
  paintKnownPicture(picture);
  const peers = [server];
  const start = (command: string, ...args: readonly string[]) => {
    const peer = startPeer(command, args, { env });
    peers.unshift(peer);
    return peer;
  };
  const isTrue = (condition: string) => () => spawnSync("sh", ["-c", condition], { env }).status === 0;
  await ready(start("openbox"), isTrue(MANAGES_WINDOWS), { what: "openbox" });
  start("xclock", "-geometry", "120x120+20+20", "-update", "1");
  const terminal = start("xterm", "-geometry", "60x8+300+300", "-e", "sh", "-c", 'tee "$HOME/typed.txt"');
  await ready(terminal, isTrue(TERMINAL_LISTENS), { what: "xterm" });
  start("display", "-immutable", "-window", "root", picture);
  return {
    env,
    typed: () => readFile(join(folder, "typed.txt"), "utf8").catch(() => ""),
    async stop() {
      for (const peer of peers) await peer.stop();
    },
  };
}

function freeDisplay(): string {
  for (let number = 220; number < 400; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
  throw new Error("no free X display");
}
