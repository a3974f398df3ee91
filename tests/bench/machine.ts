/** Facts about the host and the versions of everything that was compared, so that a table can be read later. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import process from "node:process";

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly system: string;
  readonly loadAverage: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function machineFacts(): MachineFacts {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    system: /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "unknown",
    loadAverage: Math.round(100 * (loadavg()[0] ?? 0)) / 100,
    versions: {
      node: process.version,
      "openssl in node": process.versions.openssl ?? "",
      openssl: firstLine("openssl", ["version"]),
      haproxy: firstLine("haproxy", ["-v"]),
      websockify: firstLine("dpkg-query", ["-W", "websockify"]).replace(/^\S+\s+/, ""),
      gcc: firstLine("cc", ["--version"]),
    },
  };
}

function firstLine(program: string, args: readonly string[]): string {
  return spawnSync(program, args, { encoding: "utf8" }).stdout.split("\n")[0] ?? "";
}
