/**
 * guacd 1.3.0 from Debian 11's packages, because Debian 12 has none: fetched with the host's own apt and its own source,
 * unpacked into a folder of its own, and run there in a changed root. The host's packages stay as they are.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { acceptsTcp } from "../../testbed/certificate.ts";
import { type Peer, ready, startPeer } from "../../testbed/peer.ts";

const PACKAGES = ["guacd", "libguac-client-rdp0", "libguac-client-vnc0"];
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The folder that guacd runs in; fetched at the first use, 84 MB, 300 MB unpacked. Throws with the reason where it cannot be. */
export async function fetchGuacd(): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error("guacd runs in a changed root, which needs root");
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "deskgate-bench");
  const root = join(cache, "guacd");
  if (existsSync(join(root, "usr/sbin/guacd"))) return root;
  const work = join(cache, `guacd-${process.pid}`);
  try {
    await unpack(work);
    await rm(root, { recursive: true, force: true });
    await rename(join(work, "root"), root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return root;
}

/** Loopback only: it asks nobody for anything. */
export async function startGuacd(
  root: string,
  { port, core }: { readonly port: number; readonly core: number },
): Promise<Peer> {
  for (const folder of ["proc", "dev", "root/.config/freerdp", "usr/share/fonts"])
    await mkdir(join(root, folder), { recursive: true });
  for (const file of ["passwd", "group", "hosts"]) await copyFile(`/etc/${file}`, join(root, "etc", file));
  const script = [
    'mount -t proc proc "$0/proc"',
    'mount --bind /dev "$0/dev"',
    'mount --bind /usr/share/fonts "$0/usr/share/fonts"',
    'exec chroot "$0" /usr/bin/env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/bin /usr/sbin/guacd -f -b 127.0.0.1 -l "$1" -L warning',
  ].join(" && ");
  const inside = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, root, String(port)];
  const peer = startPeer("taskset", ["-c", String(core), ...inside]);
  await ready(peer, () => acceptsTcp(port), { what: "guacd" });
  return peer;
}

export function guacdVersion(root: string): string {
  const { stdout } = spawnSync("chroot", [root, "/usr/sbin/guacd", "-v"], { encoding: "utf8" });
  return stdout.trim().split("\n")[0] ?? "";
}

async function unpack(work: string): Promise<void> {
  const source = debianSource();
  if (source === undefined)
    throw new Error("apt knows no Debian source to derive the older one from; run apt-get update");
  for (const folder of ["lists/partial", "cache/archives/partial", "root"])
    await mkdir(join(work, folder), { recursive: true });
  // An empty status: all dependencies come along.
  await writeFile(join(work, "status"), "");
  await writeFile(join(work, "sources.list"), `deb [signed-by=${KEYRING}] ${source} bullseye main\n`);
  const options = [
    `Dir::Etc::sourcelist=${join(work, "sources.list")}`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State::lists=${join(work, "lists")}`,
    `Dir::Cache=${join(work, "cache")}`,
    `Dir::State::status=${join(work, "status")}`,
    "APT::Sandbox::User=root",
    "Debug::NoLocking=1",
  ].flatMap((option) => ["-o", option]);
  process.stderr.write("Fetching guacd and what it needs from Debian 11 ...\n");
  run("apt-get", ["-q", ...options, "update"]);
  run("apt-get", [
    "-q",
    "-y",
    ...options,
    "--no-install-recommends",
    "--download-only",
    "install",
    ...PACKAGES,
  ]);
  const archives = join(work, "cache/archives");
  for (const name of await readdir(archives))
    if (name.endsWith(".deb")) run("dpkg-deb", ["-x", join(archives, name), join(work, "root")]);
}

/** The address that this host's own apt has Debian's packages from. */
function debianSource(): string | undefined {
  const { stdout } = spawnSync("apt-get", ["indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)"], {
    encoding: "utf8",
  });
  const line = stdout.split("\n").find((one) => one.startsWith("Debian|Debian|"));
  return line?.split("|")[2];
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${program} failed:\n${stdout.slice(-1000)}${stderr}`);
}
