/** weston's own RDP backend: a Wayland desktop without any sign-in, with a terminal. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { acceptsTcp, makeCertificate } from "./certificate.ts";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";
import { paintKnownPicture } from "./rdp-picture.ts";

export interface WestonMachine {
  readonly host: "127.0.0.1";
  readonly port: number;
  /** A terminal over the whole picture. */
  openTerminal(): void;
  /** What it was told. */
  typed(): Promise<string>;
  stop(): Promise<void>;
}

export async function startWestonRdp(): Promise<WestonMachine> {
  const folder = await mkdtemp(join(tmpdir(), "deskgate-weston-"));
  await chmod(folder, 0o700);
  const port = await freePort();
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  makeCertificate(key, certificate, "desk-weston");
  paintKnownPicture(join(folder, "known.png"));
  const shell = join(folder, "shell.sh");
  await writeFile(shell, `#!/bin/sh\nexec tee "${folder}/typed.txt"\n`);
  await chmod(shell, 0o755);
  const config = join(folder, "weston.ini");
  await writeFile(
    config,
    [
      "[shell]",
      `background-image=${join(folder, "known.png")}`,
      "background-type=tile",
      "panel-position=none",
      "locking=false",
      "[keyboard]",
      // On a busy host a key seems to be held for long.
      "repeat-delay=60000",
      "",
    ].join("\n"),
  );
  const server = startPeer(
    "weston",
    [
      ...["--backend=rdp-backend.so", `--config=${config}`, `--port=${port}`, "--address=127.0.0.1"],
      ...["--width=1280", "--height=800", `--rdp-tls-cert=${certificate}`, `--rdp-tls-key=${key}`],
      ...[`--socket=weston-${port}`, "--idle-time=0"],
    ],
    { env: { ...process.env, XDG_RUNTIME_DIR: folder } },
  );
  await ready(server, () => acceptsTcp(port), { what: "weston" });
  const typedFile = join(folder, "typed.txt");
  const terminals: Peer[] = [];
  return {
    host: "127.0.0.1",
    port,
    openTerminal() {
      const args = ["--fullscreen", "--font-size=20", `--shell=${shell}`];
      const env = { ...process.env, XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: `weston-${port}` };
      terminals.push(startPeer("weston-terminal", args, { env }));
    },
    typed: () => readFile(typedFile, "utf8").catch(() => ""),
    async stop() {
      for (const terminal of terminals) await terminal.stop();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
