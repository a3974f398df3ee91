/**
 * OpenSSH's server with an account, keys and host keys of its own; where it is to lock accounts, with PAM rules of its own
 * too, which are mounted over the host's for this one process.
 */
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
  /** The account is locked (pam_faillock) after so many wrong passwords. */
  readonly locksAfter?: number;
  /** A free one, where it is not given. */
  readonly port?: number;
}

export async function startSshd(options: SshOptions = {}): Promise<SshMachine> {
  const { methods = "any", banner = "", locksAfter } = options;
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
  if (locksAfter !== undefined) await writePamRules(folder, locksAfter);
  const isLocking = locksAfter !== undefined;
  let server = await start(folder, { port, isLocking });
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
      server = await start(folder, { port, isLocking });
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

/** All that sshd asks of PAM. INVARIANT: the host's own rules are not touched. */
async function writePamRules(folder: string, locksAfter: number): Promise<void> {
  const rules = join(folder, "pam.d");
  const tally = join(folder, "faillock");
  await mkdir(rules);
  await mkdir(tally);
  const limits = `dir=${tally} deny=${locksAfter} unlock_time=600 nodelay`;
  const lines = [
    `auth requisite pam_faillock.so preauth ${limits}`,
    "auth [success=1 default=ignore] pam_unix.so nodelay",
    `auth [default=die] pam_faillock.so authfail ${limits}`,
    `auth sufficient pam_faillock.so authsucc ${limits}`,
    "auth required pam_permit.so",
    "account required pam_unix.so",
    "session required pam_permit.so",
    "password required pam_deny.so",
  ];
  await writeFile(join(rules, "sshd"), `${lines.join("\n")}\n`);
}

interface StartOptions {
  readonly port: number;
  readonly isLocking: boolean;
}

async function start(folder: string, { port, isLocking }: StartOptions): Promise<Peer> {
  const args = ["-D", "-e", "-f", join(folder, "config")];
  const inNamespace = ["-m", "--propagation", "private", "sh", "-c"];
  const script = `mount --bind "$0/pam.d" /etc/pam.d && exec ${SSHD} "$@"`;
  const server = isLocking
    ? startPeer("unshare", [...inNamespace, script, folder, ...args])
    : startPeer(SSHD, args);
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
