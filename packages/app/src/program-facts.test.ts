import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureSelfSigned, openCertificate } from "@deskgate/gateway";
import { afterEach, beforeEach, expect, test } from "vitest";
import { noteBackup, readProgramFacts } from "./program-facts.ts";
import { openSyslogSender } from "./syslog/sender.ts";

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const DAY_MS = 86_400_000;
let dataDirectory: string;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "deskgate-facts-"));
});
afterEach(() => rm(dataDirectory, { recursive: true }));

test("a process without port, collector and backup says so", async () => {
  const parts = { dataDirectory, isSelfSigned: true, certificate: () => undefined, syslog: undefined };
  expect(await readProgramFacts(parts)).toMatchObject({
    ...{ certificate: undefined, syslog: undefined, lastBackupAt: undefined },
    runtime: { node: process.versions.node, residentBytes: expect.any(Number) },
  });
});

test("the certificate's end, a collector that is away, and the last backup are known", async () => {
  const files = { keyFile: join(dataDirectory, "key.pem"), certificateFile: join(dataDirectory, "c.pem") };
  await ensureSelfSigned(files);
  const certificate = await openCertificate(files, SILENT);
  const { promise: troubled, resolve } = Promise.withResolvers<void>();
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as { readonly port: number }; // a TCP server has no other kind of address
  gone.close();
  await once(gone, "close");
  const collector = { transport: "tcp", host: "127.0.0.1", port, authorities: undefined } as const;
  const syslog = openSyslogSender(collector, { ...SILENT, warn: () => resolve() });
  syslog.send("one");
  await troubled;
  await noteBackup(dataDirectory, 1_700_000_000_000);
  await noteBackup(dataDirectory, 1_700_000_001_000);
  const facts = await readProgramFacts({
    ...{ dataDirectory, isSelfSigned: true, syslog },
    certificate: () => certificate,
  });
  expect(facts).toMatchObject({
    certificate: { isSelfSigned: true, expiresAt: expect.any(Number) },
    syslog: { state: "failing", sent: 0, queued: 1, dropped: 0 },
    lastBackupAt: 1_700_000_001_000,
  });
  expect(facts.certificate?.expiresAt).toBeGreaterThan(Date.now() + 300 * DAY_MS);
  await syslog.close();
  certificate.close();
});

test("a note of a backup that is damaged is none", async () => {
  await noteBackup(dataDirectory, 1_700_000_000_000);
  expect(await readFile(join(dataDirectory, "last-backup"), "utf8")).toBe("2023-11-14T22:13:20.000Z\n");
  await writeFile(join(dataDirectory, "last-backup"), "soon");
  const parts = { dataDirectory, isSelfSigned: false, certificate: () => undefined, syslog: undefined };
  expect((await readProgramFacts(parts)).lastBackupAt).toBeUndefined();
});
