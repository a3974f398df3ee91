/**
 * xrdp with the Xorg backend and real sign-in through PAM, in a mount namespace with an own /etc/xrdp: the known picture,
 * a clock, a window manager and a terminal. TLS, no network level authentication.
 */
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acceptsTcp, makeCertificate } from "./certificate.ts";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";
import { paintKnownPicture } from "./rdp-picture.ts";
import { addSystemUser, type SystemUser } from "./system-user.ts";
import { MANAGES_WINDOWS, TERMINAL_LISTENS } from "./x-desktop.ts";

export interface XrdpMachine {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly user: SystemUser;
  /** Runs a command as the person, on their display and with their files (the clipboard's are seen only there). */
  run(command: string): { readonly status: number; readonly output: string };
  /** What the person's terminal was told. */
  typed(): Promise<string>;
  /** Starts it again with another certificate, as after an installation. */
  changeCertificate(): Promise<void>;
  stop(): Promise<void>;
}

export async function startXrdp(): Promise<XrdpMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-xrdp-"));
  await chmod(folder, 0o755);
  const user = addSystemUser("dgrdp");
  const [port, sesmanPort] = [await freePort(), await freePort()];
  const display = 60 + (port % 900);
  await cp("/etc/xrdp", join(folder, "etc"), { recursive: true, verbatimSymlinks: true });
  await rm(join(folder, "etc/cert.pem"), { force: true });
  await rm(join(folder, "etc/key.pem"), { force: true });
  makeCertificate(join(folder, "etc/key.pem"), join(folder, "etc/cert.pem"), "desk-xrdp");
  await chmod(join(folder, "etc/key.pem"), 0o644);
  await configure(folder, { port, sesmanPort, display });
  paintKnownPicture(join(folder, "known.png"));
  await mkdir("/var/run/xrdp/sockdir", { recursive: true });
  await chmod("/var/run/xrdp/sockdir", 0o1777);
  let peers = await start(folder, [sesmanPort, port]);
  const typedFile = join(user.home, "typed.txt");
  return {
    host: "127.0.0.1",
    port,
    user,
    run: (command) => runInside(peers[0]?.pid ?? 0, { user, command }),
    typed: () => readFile(typedFile, "utf8").catch(() => ""),
    async changeCertificate() {
      for (const peer of peers) await peer.stop();
      makeCertificate(join(folder, "etc/key.pem"), join(folder, "etc/cert.pem"), "desk-xrdp");
      await chmod(join(folder, "etc/key.pem"), 0o644);
      peers = await start(folder, [sesmanPort, port]);
    },
    async stop() {
      for (const peer of peers) await peer.stop();
      spawnSync("pkill", ["-KILL", "-u", user.name]); // only what this fixture's own account left running
      user.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Numbers {
  readonly port: number;
  readonly sesmanPort: number;
  readonly display: number;
}

async function configure(folder: string, { port, sesmanPort, display }: Numbers): Promise<void> {
  await edit(join(folder, "etc/xrdp.ini"), [
    [/^port=3389/m, `port=tcp://127.0.0.1:${port}`],
    [/^#*LogFile=.*/m, `LogFile=${folder}/xrdp-own.log`],
    [/^autorun=.*/m, "autorun=Xorg"],
  ]);
  await edit(join(folder, "etc/sesman.ini"), [
    [/^ListenPort=.*/m, `ListenPort=${sesmanPort}`],
    [/^X11DisplayOffset=.*/m, `X11DisplayOffset=${display}`],
    [/^LogFile=.*/m, `LogFile=${folder}/sesman-own.log`],
    [/^EnableSyslog=.*/m, "EnableSyslog=false"],
    [/^KillDisconnected=.*/m, "KillDisconnected=false"],
  ]);
  const start = join(folder, "etc/startwm.sh");
  await writeFile(start, SESSION(folder));
  await chmod(start, 0o755);
}

/** The terminal writes all that it is told into the person's home, so that a test can read what was typed. */
const SESSION = (folder: string) => `#!/bin/sh
echo "$DISPLAY" > "$HOME/.display"
openbox &
until ${MANAGES_WINDOWS}; do sleep 0.05; done
xclock -geometry 120x120+20+20 -update 1 &
rm -f "$HOME/typed.txt"
xterm -geometry 60x8+300+300 -e sh -c 'tee "$HOME/typed.txt"' &
until ${TERMINAL_LISTENS}; do sleep 0.05; done
display -immutable -window root "${folder}/known.png" &
wait %3
`;

async function edit(file: string, changes: readonly (readonly [RegExp, string])[]): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const [pattern, replacement] of changes) text = text.replace(pattern, replacement);
  await writeFile(file, text);
}

/** sesman finds its configuration at a fixed place, so each runs where another /etc/xrdp is mounted over. */
async function start(folder: string, ports: readonly number[]): Promise<readonly Peer[]> {
  const inside = (program: string) =>
    startPeer("unshare", [
      "-m",
      "--propagation",
      "private",
      "sh",
      "-c",
      `mount --bind "$0/etc" /etc/xrdp && exec ${program} -n`,
      folder,
    ]);
  const peers = [inside("xrdp-sesman"), inside("xrdp")];
  for (const [i, peer] of peers.entries())
    await ready(peer, () => acceptsTcp(ports[i] ?? 0), { what: i === 0 ? "xrdp-sesman" : "xrdp" });
  return peers;
}

function runInside(pid: number, { user, command }: { readonly user: SystemUser; readonly command: string }) {
  const text = `export HOME=${user.home} DISPLAY=$(cat ${user.home}/.display); ${command}`;
  const args = ["-t", String(pid), "-m", "runuser", "-u", user.name, "--", "sh", "-c", text];
  const { status, stdout, stderr } = spawnSync("nsenter", args, { encoding: "utf8", timeout: 60_000 });
  return { status: status ?? -1, output: `${stdout}${stderr}` };
}
