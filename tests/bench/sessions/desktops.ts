/** The desktops of the bench: 1200 by 800 pixels with something that moves, by Xvnc and by xrdp, off the measured core. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort, type Peer, ready, startPeer } from "../../testbed/peer.ts";
import { startXrdp, type XrdpMachine } from "../../testbed/xrdp.ts";
import { showMovingPicture } from "./moving-picture.ts";
import { DESKTOP } from "./viewers/viewer.ts";

export interface Desktop {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Sets the picture in motion; again and again has no effect. Desktops whose sign-in starts them need one first. */
  move(): Promise<void>;
  stop(): Promise<void>;
}

const FIRST_DISPLAY = 400;
const LAST_DISPLAY = 600;
const VNC_PASSWORD = "V7x!kz3p";

export async function startVncDesktop(movingPicture: string): Promise<Desktop> {
  const directory = await mkdtemp(join(tmpdir(), "deskgate-bench-vnc-"));
  const port = await freePort();
  const display = freeDisplay();
  const env = { ...process.env, DISPLAY: display };
  const passwordFile = join(directory, "passwd");
  await writeFile(passwordFile, spawnSync("vncpasswd", ["-f"], { input: VNC_PASSWORD }).stdout, {
    mode: 0o600,
  });
  const server = startPeer("Xvnc", [
    ...[display, "-geometry", `${DESKTOP.width}x${DESKTOP.height}`, "-depth", "24", "-rfbport", String(port)],
    ...["-localhost", "-SecurityTypes", "VncAuth", "-PasswordFile", passwordFile, "-AlwaysShared"],
    ...["-ac", "-nolisten", "tcp"],
  ]);
  await ready(server, () => spawnSync("xdpyinfo", [], { env }).status === 0, { what: "Xvnc" });
  const clients: Peer[] = [startPeer("xclock", ["-geometry", "120x120+20+20", "-update", "1"], { env })];
  let isMoving = false;
  return {
    port,
    username: "",
    password: VNC_PASSWORD,
    async move() {
      const [command = "", ...args] = showMovingPicture(movingPicture);
      if (!isMoving) clients.push(startPeer(command, args, { env }));
      isMoving = true;
    },
    async stop() {
      for (const peer of [...clients, server]) await peer.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A whole xrdp for each, with an account of its own, as for a machine each. */
export async function startRdpDesktop(movingPicture: string): Promise<Desktop> {
  const machine: XrdpMachine = await startXrdp();
  let isMoving = false;
  return {
    port: machine.port,
    username: machine.user.name,
    password: machine.user.password,
    async move() {
      if (isMoving) return;
      const command = showMovingPicture(movingPicture).map((word) => `'${word}'`);
      const { status, output } = machine.run(`${command.join(" ")} >/dev/null 2>&1 &`);
      if (status !== 0) throw new Error(`nothing moves on xrdp's desktop: ${output}`);
      isMoving = true;
    },
    stop: () => machine.stop(),
  };
}

function freeDisplay(): string {
  for (let number = FIRST_DISPLAY; number < LAST_DISPLAY; number++)
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  throw new Error("no free X display");
}
