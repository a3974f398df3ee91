/** What this process knows of itself that the broker does not: its certificate, the way of its audit, its last backup. */
import { X509Certificate } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { ProgramFacts } from "@deskgate/broker";
import type { CertificateStore } from "@deskgate/gateway";
import type { SyslogSender } from "./syslog/sender.ts";

interface ProgramParts {
  readonly dataDirectory: string;
  readonly isSelfSigned: boolean;
  /** Undefined until the port has one. */
  readonly certificate: () => CertificateStore | undefined;
  readonly syslog: SyslogSender | undefined;
}

export async function readProgramFacts(parts: ProgramParts): Promise<ProgramFacts> {
  const { dataDirectory, isSelfSigned, certificate, syslog } = parts;
  const present = certificate();
  return {
    certificate: present && { expiresAt: expiryOf(present), isSelfSigned },
    syslog: syslog && { state: syslog.isFailing() ? "failing" : "working", ...syslog.counts() },
    lastBackupAt: await readLastBackup(dataDirectory),
    runtime: {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      residentBytes: process.memoryUsage.rss(),
    },
  };
}

function expiryOf(certificate: CertificateStore): number {
  return new X509Certificate(certificate.material().certificate).validToDate.getTime();
}

/** The moment of the last whole backup that was made by this data folder; no word about where it went. */
const LAST_BACKUP_FILE = "last-backup";

export async function noteBackup(dataDirectory: string, at: number): Promise<void> {
  const file = join(dataDirectory, LAST_BACKUP_FILE);
  await writeFile(`${file}.partial`, `${new Date(at).toISOString()}\n`, { mode: 0o600 });
  await rename(`${file}.partial`, file);
}

async function readLastBackup(dataDirectory: string): Promise<number | undefined> {
  const text = await readFile(join(dataDirectory, LAST_BACKUP_FILE), "utf8").catch(() => "");
  const at = Date.parse(text.trim());
  return Number.isNaN(at) ? undefined : at;
}
