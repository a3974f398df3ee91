/**
 * An X desktop with a SPICE server of its own (Debian's xserver-xspice) and the real SPICE agent in it: what a virtual
 * machine with an agent looks like from outside, without a virtual machine.
 *
 * The X server is started without its Xspice wrapper, which listens everywhere and knows an older agent. The agent's
 * daemon wants a device, where the X server has a socket: socat stands between them.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { acceptsTcp } from "./certificate.ts";
import { freePort, ready, startPeer } from "./peer.ts";

export interface XspiceMachine {
  readonly port: number;
  /** Runs a command on its display. */
  run(command: string): string;
  /** Of its screen, as an X program sees it: `1024x768`. */
  size(): string;
  agentLeaves(): Promise<void>;
  agentComes(): Promise<void>;
  stop(): Promise<void>;
}

export async function startXspice(password: string): Promise<XspiceMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-xspice-"));
  const port = await freePort();
  const display = freeDisplay();
  const env = { ...process.env, DISPLAY: display, HOME: folder };
  const at = (name: string) => join(folder, name);
  await writeFile(at("xorg.conf"), configOf({ folder, port, password }));
  const server = startPeer("Xorg", [
    ...[display, "-config", at("xorg.conf"), "-logfile", at("xorg.log")],
    ...["-noreset", "-ac", "-sharevts", "-novtswitch", "-nolisten", "tcp"],
  ]);
  await ready(server, () => acceptsTcp(port), { what: "Xorg with SPICE" });
  await ready(server, () => spawnSync("xdpyinfo", [], { env }).status === 0, { what: "Xorg's display" });
  let agents = await startAgent({ env, folder });
  const run = (command: string) =>
    spawnSync("sh", ["-c", command], { env, encoding: "utf8", timeout: 10_000 }).stdout;
  return {
    port,
    run,
    size: () => /dimensions: +(\d+x\d+)/.exec(run("xdpyinfo"))?.[1] ?? "",
    async agentLeaves() {
      for (const peer of agents.splice(0)) await peer.kill();
    },
    async agentComes() {
      agents = await startAgent({ env, folder });
    },
    async stop() {
      for (const peer of [...agents, server]) await peer.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The agent, its daemon, and what stands between that and the X server. */
async function startAgent({ env, folder }: { readonly env: NodeJS.ProcessEnv; readonly folder: string }) {
  const at = (name: string) => join(folder, name);
  // An agent that was killed leaves its sockets' names, which would pass for the next one's.
  for (const name of ["port", "agent"]) await rm(at(name), { force: true });
  const bridge = startPeer("socat", [`UNIX-CONNECT:${at("virtio")}`, `PTY,link=${at("port")},rawer`]);
  await ready(bridge, () => existsSync(at("port")), { what: "socat" });
  const daemon = startPeer("spice-vdagentd", [
    ...["-f", "-x", "-X", "-s", at("port"), "-S", at("agent"), "-u", at("uinput")],
  ]);
  await ready(daemon, () => existsSync(at("agent")), { what: "spice-vdagentd" });
  const agent = startPeer("spice-vdagent", ["-d", "-x", "-s", at("port"), "-S", at("agent")], { env });
  await ready(agent, () => agent.output().includes("received version"), { what: "spice-vdagent" });
  return [agent, daemon, bridge];
}

interface Where {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
}

/** The driver crashes in Debian 12 unless it is told the sizes that are its defaults. */
function configOf({ folder, port, password }: Where): string {
  const options = {
    SpiceAddr: "127.0.0.1",
    SpicePort: port,
    SpicePassword: password,
    // What spice-html5 can draw.
    SpiceImageCompression: "off",
    SpiceStreamingVideo: "off",
    SpiceDeferredFPS: 10,
    SpiceVdagentEnabled: "True",
    SpiceVdagentVirtioPath: join(folder, "virtio"),
    SpiceVdagentUinputPath: join(folder, "uinput"),
    SpiceVdagentUid: process.getuid?.() ?? 0,
    SpiceVdagentGid: process.getgid?.() ?? 0,
    NumHeads: 1,
    SurfaceBufferSize: 128,
    CommandBufferSize: 128,
    FrameBufferSize: 16,
  };
  const lines = Object.entries(options).map(([name, value]) => `  Option "${name}" "${value}"`);
  const section = (kind: string, name: string, ...content: readonly string[]) =>
    [`Section "${kind}"`, `  Identifier "${name}"`, ...content, "EndSection"].join("\n");
  return [
    section("Device", "spice", '  Driver "spiceqxl"', ...lines),
    section("InputDevice", "keys", '  Driver "xspice keyboard"'),
    section("InputDevice", "pointer", '  Driver "xspice pointer"'),
    section("Monitor", "monitor", "  HorizSync 20-200", "  VertRefresh 40-80"),
    section(
      ...["Screen", "screen", '  Device "spice"', '  Monitor "monitor"', "  DefaultDepth 24"],
      ...['  SubSection "Display"', "    Depth 24", '    Modes "1024x768"', "    Virtual 1920 1200"],
      "  EndSubSection",
    ),
    section(
      ...["ServerLayout", "layout", '  Screen "screen"'],
      ...['  InputDevice "keys" "CoreKeyboard"', '  InputDevice "pointer" "CorePointer"'],
    ),
    // Neither the host's input devices nor its terminals are its business.
    'Section "ServerFlags"\n  Option "AutoAddDevices" "False"\n  Option "DontVTSwitch" "True"\nEndSection',
    "",
  ].join("\n");
}

function freeDisplay(): string {
  for (let number = 420; number < 600; number++) {
    if (!existsSync(`/tmp/.X11-unix/X${number}`) && !existsSync(`/tmp/.X${number}-lock`)) return `:${number}`;
  }
  throw new Error("no free X display");
}
