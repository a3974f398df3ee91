/** Debian packages the bench needs, installed where that is allowed; otherwise the person is told which they are. */
import { spawnSync } from "node:child_process";
import process from "node:process";

const INSTALL_LIMIT_MS = 300_000;

/** Throws with the command to type where packages are missing and may not be installed. */
export function ensurePackages(names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  const prefix = rootPrefix();
  if (!prefix) throw new Error(`packages are missing; install them with: sudo ${command}`);
  process.stderr.write(`Installing ${missing.join(" ")} ...\n`);
  const environment = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive"];
  runOrThrow([...environment, "apt-get", "-o", "DPkg::Lock::Timeout=120", "update", "-qq"]);
  runOrThrow([...environment, ...command.split(" "), "-qq", "-o", "DPkg::Lock::Timeout=120"]);
}

function isInstalled(name: string): boolean {
  const { status, stdout } = spawnSync("dpkg", ["-s", name], { encoding: "utf8" });
  return status === 0 && stdout.includes("\nStatus: install ok installed");
}

/** What to put before a command that needs root; `undefined` where root cannot be had without asking. */
function rootPrefix(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n"] : undefined;
}

function runOrThrow([program = "", ...args]: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: INSTALL_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
}
