/** OpenSSH's server with an account, keys and host keys of its own. */
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";
import { addSystemUser, type SystemUser } from "./system-user.ts";

const SSHD = "/usr/sbin/sshd";
export const KEY_PASSPHRASE = "keyPass!7Qz";

export interface SshMachine {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly user: SystemUser;
  /** The person's key, as OpenSSH writes it: without and with {@link KEY_PASSPHRASE}. */
  readonly privateKey: string;
  readonly protectedKey: string;
  /** Starts it again with another host key, as after an installation. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
}

export interface SshOptions {
  /** OpenSSH's own setting; several separated by spaces, steps of one by commas. */
  readonly methods?: string;
  readonly banner?: string;
  /** A free one, where it is not given. */
  readonly port?: number;
}

export async function startSshd(options: SshOptions = {}): Promise<SshMachine> {
  const { methods = "any", banner = "" } = options;
  const folder = await mkdtemp(join(tmpdir(), "deskgate-sshd-"));
  await chmod(folder, 0o755);
  await mkdir("/run/sshd", { recursive: true });
  const user = addSystemUser("dgssh");
  const port = options.port ?? (await freePort());
  makeKey(join(folder, "user"), "");
  makeKey(join(folder, "protected"), KEY_PASSPHRASE);
  makeKey(join(folder, "host"), "");
  const publicKeys = await Promise.all(["user.pub", "protected.pub"].map((name) => read(folder, name)));
  await writeFile(join(folder, "authorized_keys"), publicKeys.join(""));
  await writeFile(join(folder, "banner"), banner);
  await writeFile(join(folder, "config"), configOf({ folder, port, methods, banner }));
  let server = await start(folder, port);
  return {
    host: "127.0.0.1",
    port,
    user,
    privateKey: await read(folder, "user"),
    protectedKey: await read(folder, "protected"),
    async changeHostKey() {
      await server.stop();
      await Promise.all(["host", "host.pub"].map((name) => rm(join(folder, name))));
      makeKey(join(folder, "host"), "");
      server = await start(folder, port);
    },
    async stop() {
      await server.stop();
      spawnSync("pkill", ["-KILL", "-u", user.name]); // only what this fixture's own account left running
      user.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function read(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), "utf8");
}

function makeKey(file: string, passphrase: string): void {
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`ssh-keygen failed: ${stderr}`);
}

interface Config {
  readonly folder: string;
  readonly port: number;
  readonly methods: string;
  readonly banner: string;
}

function configOf({ folder, port, methods, banner }: Config): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${folder}/host`,
    "PidFile none",
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    "StrictModes no",
    "UsePAM yes",
    "PasswordAuthentication yes",
    "KbdInteractiveAuthentication yes",
    `AuthenticationMethods ${methods}`,
    "Subsystem sftp internal-sftp",
    "AcceptEnv LANG LC_*",
    "PrintMotd no",
    "PrintLastLog no",
    "MaxStartups 100",
    ...(banner === "" ? [] : [`Banner ${folder}/banner`]),
    "",
  ].join("\n");
}

async function start(folder: string, port: number): Promise<Peer> {
  const server = startPeer(SSHD, ["-D", "-e", "-f", join(folder, "config")]);
  await ready(server, () => greets(port), { what: "sshd" });
  return server;
}

function greets(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", (bytes) => {
      socket.destroy();
      done(bytes.toString("latin1").startsWith("SSH-"));
    });
    socket.once("error", () => done(false));
  });
}
