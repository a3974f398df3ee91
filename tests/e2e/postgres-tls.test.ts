/** The way to PostgreSQL over TLS: only to the server that was meant, and never in clear where it was not asked for. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { openBroker } from "@deskgate/broker";
import { type Log, Secret } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Authority, issueCertificate, makeAuthority } from "../testbed/certificate.ts";
import { MAIN } from "../testbed/deskgate.ts";
import { type PostgresCluster, startPostgres } from "../testbed/postgres.ts";

const NAME = "deskgate";
const silent = () => undefined;
const log: Log = { error: silent, warn: silent, info: silent, debug: silent };

let folder: string;
let authority: Authority;
let stranger: Authority;
/** Their certificates name the address, and the host's name. */
let byAddress: PostgresCluster;
let byName: PostgresCluster;
let inClear: PostgresCluster;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-pg-tls-"));
  authority = makeAuthority(folder, "authority");
  stranger = makeAuthority(folder, "stranger");
  const tls = (names: string) => ({ tls: issueCertificate(authority, names) });
  [byAddress, byName, inClear] = await Promise.all([
    startPostgres(tls("IP:127.0.0.1")),
    startPostgres(tls("DNS:localhost")),
    startPostgres(),
  ]);
  for (const cluster of [byAddress, byName, inClear]) cluster.createDatabase(NAME);
});
afterAll(async () => {
  await Promise.all([byAddress, byName, inClear].map((cluster) => cluster?.remove()));
  await rm(folder, { recursive: true, force: true });
});

interface Way {
  readonly host?: string;
  /** Absent for the system's authorities. */
  readonly by?: Authority | undefined;
  readonly isInClear?: boolean;
}

/** Opens a whole broker on it and closes it again. */
async function open(
  { port, user, password }: PostgresCluster,
  { host = "127.0.0.1", by, isInClear = false }: Way,
): Promise<void> {
  const pem = by && (await readFile(by.certificateFile, "utf8"));
  const tls = isInClear ? undefined : { authority: pem };
  const server = { host, port, user, password: new Secret(password), name: NAME, tls, maxConnections: 2 };
  const broker = await openBroker({
    database: { kind: "postgres", ...server },
    ...{ sealingKey: new Uint8Array(32), version: "0.0.0-test", log, consoleDirectory: undefined },
  });
  await broker.close();
}

async function refusalOf(work: Promise<void>): Promise<{ readonly code: string; readonly why: string }> {
  const [outcome] = await Promise.allSettled([work]);
  if (outcome.status === "fulfilled") throw new Error("it was not refused");
  return { code: outcome.reason.code, why: String(outcome.reason.cause) };
}

describe("a server that takes TLS alone", () => {
  it("is used where its authority vouches for it, by address and by name", async () => {
    await open(byAddress, { by: authority });
    await open(byName, { by: authority, host: "localhost" });
  });

  it.each([
    ["its certificate is another authority's", () => open(byAddress, { by: stranger }), /certificate/],
    ["no authority is named and the system's do not know it", () => open(byAddress, {}), /certificate/],
    [
      "its certificate is for another name",
      () => open(byAddress, { by: authority, host: "localhost" }),
      /altnames/,
    ],
    [
      "its certificate is for this host's name and not for the address",
      () => open(byName, { by: authority }),
      /IP: 127\.0\.0\.1/,
    ],
    ["it is spoken to in clear", () => open(byAddress, { isInClear: true }), /no encryption/],
  ])("is not where %s", async (_, work, why) => {
    expect(await refusalOf(work())).toEqual({
      code: "database_unavailable",
      why: expect.stringMatching(why),
    });
  });
});

it("a server without TLS, or somebody between who says so, gets nothing where TLS is demanded", async () => {
  expect(await refusalOf(open(inClear, { by: authority }))).toEqual({
    code: "database_unavailable",
    why: expect.stringContaining("does not support SSL"),
  });
  await open(inClear, { isInClear: true });
});

describe("as the configuration says it", () => {
  async function doctor(settings: object): Promise<string> {
    const { port, user, password } = byAddress;
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    const url = `postgres://${user}@127.0.0.1:${port}/${NAME}`;
    const config = join(folder, "deskgate.json");
    await writeFile(
      config,
      JSON.stringify({ database: { kind: "postgres", url, passwordFile, ...settings } }),
    );
    const args = [MAIN, "doctor", "--config", config, "--data", folder];
    return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 }).stdout;
  }

  it("an authority's file is asked on this host too, and vouches for nobody else", async () => {
    expect(await doctor({ authorityFile: authority.certificateFile })).toMatch(/ok {4}Database: healthy/);
    expect(await doctor({ authorityFile: stranger.certificateFile })).toMatch(/Database: .*certificate/);
  });
});
