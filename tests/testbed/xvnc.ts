/** Xvnc (TigerVNC) with a known picture as background, a clock that ticks, and a terminal to type into. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";

export interface XvncDesktop {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly password: string;
  /** For X clients of the test: the value of DISPLAY. */
  readonly display: string;
  stop(): Promise<void>;
}

/** The known picture: red to blue from top to bottom, with a white square. Where to look, and what must be there. */
export const KNOWN_PICTURE = {
  width: 800,
  height: 600,
  points: [
    { x: 150, y: 150, colour: [255, 255, 255] },
    { x: 400, y: 3, colour: [254, 0, 1] },
    { x: 400, y: 300, colour: [127, 0, 128] },
    { x: 400, y: 596, colour: [1, 0, 254] },
  ],
  /** Where the clock ticks every second. */
  clock: { x: 20, y: 20, width: 100, height: 60 },
  /** Where typed characters appear. */
  terminal: { x: 420, y: 120, width: 300, height: 100 },
} as const;

/** Starts one with VncAuth. Classic VNC looks at the first eight characters of the password only. */
export async function startXvnc(password: string): Promise<XvncDesktop> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-xvnc-"));
  const port = await freePort();
  const display = freeDisplay();
  const passwordFile = join(folder, "passwd");
  await writeFile(passwordFile, spawnSync("vncpasswd", ["-f"], { input: password }).stdout);
  await chmod(passwordFile, 0o600);
  const server = startPeer("Xvnc", [
    display,
    ...[
      "-geometry",
      `${KNOWN_PICTURE.width}x${KNOWN_PICTURE.height}`,
      "-depth",
      "24",
      "-rfbport",
      String(port),
      "-localhost",
    ],
    ...[
      "-SecurityTypes",
      "VncAuth",
      "-PasswordFile",
      passwordFile,
      "-AlwaysShared",
      "-desktop",
      "testbed",
      "-ac",
      "-nolisten",
      "tcp",
    ],
  ]);
  const env = { ...process.env, DISPLAY: display };
  await ready(server, () => spawnSync("xdpyinfo", [], { env }).status === 0, { what: "Xvnc" });
  await paint(folder, env);
  const clients = [clock(env), terminal(env)];
  return {
    host: "127.0.0.1",
    port,
    password,
    display,
    async stop() {
      for (const peer of [...clients, server]) await peer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function paint(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const file = join(folder, "known.png");
  const { width, height } = KNOWN_PICTURE;
  run(
    "/usr/bin/convert",
    [
      "-size",
      `${width}x${height}`,
      "gradient:red-blue",
      "-fill",
      "white",
      "-draw",
      "rectangle 100,100 200,200",
      file,
    ],
    env,
  );
  // It sets the root window's picture and ends, with status 1.
  spawnSync(
    "/usr/bin/display",
    ["-immutable", "-geometry", "+0+0", "-borderwidth", "0", "-window", "root", file],
    { env },
  );
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(command, args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

function clock(env: NodeJS.ProcessEnv): Peer {
  const { x, y, width, height } = KNOWN_PICTURE.clock;
  return startPeer(
    "xclock",
    ["-digital", "-strftime", "%H:%M:%S", "-update", "1", "-geometry", `${width}x${height}+${x}+${y}`],
    { env },
  );
}

/** Keyboard focus follows nobody without a window manager, so the pointer must rest on it while typing. */
function terminal(env: NodeJS.ProcessEnv): Peer {
  const { x, y } = KNOWN_PICTURE.terminal;
  return startPeer("xterm", ["-geometry", `40x6+${x}+${y}`, "-b", "0", "-bw", "0", "-e", "cat"], { env });
}

function freeDisplay(): string {
  for (let number = 20; number < 200; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
  throw new Error("no free X display");
}
