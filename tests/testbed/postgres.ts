/** PostgreSQL from Debian's package: a cluster of its own in a temporary folder, on a loopback port. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ensurePackages } from "./packages.ts";
import { freePort, type Peer, ready, startPeer } from "./peer.ts";

export interface PostgresCluster {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  createDatabase(name: string): void;
  /** After {@link PostgresCluster.stop} or a kill. */
  start(): Promise<void>;
  /** Ends every connection and shuts down. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Holds every process of it, so that it accepts and never answers, until the returned function is called. */
  freeze(): () => void;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

const USER = "deskgate";
const PROGRAMS = "/usr/lib/postgresql";

export interface ClusterOptions {
  /** Loses nothing that it said was committed when it is killed; without it, it is faster. A power cut is no test's. */
  readonly isDurable?: boolean;
  /** Takes connections over TLS only, with this certificate. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string };
}

/** Found, or installed; without it a run fails. */
export async function startPostgres(options: ClusterOptions = {}): Promise<PostgresCluster> {
  ensurePackages(["postgresql"]);
  const programs = await newestPrograms();
  const account = unprivilegedAccount();
  const folder = await mkdtemp(join(tmpdir(), "deskgate-postgres-"));
  const password = randomBytes(12).toString("hex");
  await writeFile(join(folder, "password"), password, { mode: 0o600 });
  if (account)
    for (const file of [folder, join(folder, "password")]) await chown(file, account.uid, account.gid);
  const cluster = { programs, account, folder, port: await freePort() };
  await initialise(cluster, options);
  let server = await start(cluster);
  const stop = async () => {
    // SIGINT is its fast shutdown; SIGTERM would wait for clients to leave.
    if (isAlive(server.pid)) process.kill(server.pid, "SIGINT");
    await server.stop();
  };
  return {
    ...{ port: cluster.port, user: USER, password, stop },
    createDatabase: (name) => createDatabase(cluster, { name, password }),
    async start() {
      server = await start(cluster);
    },
    kill: () => kill(server),
    freeze: () => freeze(server),
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Cluster {
  readonly programs: string;
  readonly account: Account | undefined;
  readonly folder: string;
  readonly port: number;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; the package has made an account for it. */
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: id("-u"), gid: id("-g") };
}

async function newestPrograms(): Promise<string> {
  const versions = (await readdir(PROGRAMS)).map(Number).filter((version) => !Number.isNaN(version));
  if (versions.length === 0) throw new Error(`there is no PostgreSQL in ${PROGRAMS}`);
  return join(PROGRAMS, String(Math.max(...versions)), "bin");
}

/** The command that runs a program as the account; it becomes that program, so that its process is the one we know. */
function commandOf({ programs, account }: Cluster, program: string, args: readonly string[]): string[] {
  const command = [join(programs, program), ...args];
  if (!account) return command;
  const { uid, gid } = account;
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...command];
}

const NOT_DURABLE = ["synchronous_commit = off", "full_page_writes = off"];

async function initialise(cluster: Cluster, { isDurable = false, tls }: ClusterOptions): Promise<void> {
  const { folder, port } = cluster;
  const [command = "", ...args] = commandOf(cluster, "initdb", [
    ...["--pgdata", join(folder, "data"), "--username", USER, "--pwfile", join(folder, "password")],
    ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
    // A locale that sorts as dictionaries do, as most servers have: our columns must not.
    ...["--locale-provider", "icu", "--icu-locale", "en-US"],
  ]);
  const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  const settings = [
    `port = ${port}`,
    "listen_addresses = '127.0.0.1'",
    `unix_socket_directories = '${folder}'`,
    "max_connections = 300",
    "autovacuum = off",
    "fsync = off",
    ...(isDurable ? [] : NOT_DURABLE),
    ...(tls ? await demandTls(cluster, tls) : []),
  ];
  await writeFile(join(folder, "data/postgresql.auto.conf"), `${settings.join("\n")}\n`);
}

/** Returns the settings; what the server reads has to be its own. */
async function demandTls(
  { folder, account }: Cluster,
  { certificateFile, keyFile }: NonNullable<ClusterOptions["tls"]>,
): Promise<readonly string[]> {
  const copies = { certificate: join(folder, "server.pem"), key: join(folder, "server.key") };
  await copyFile(certificateFile, copies.certificate);
  await copyFile(keyFile, copies.key);
  await chmod(copies.key, 0o600);
  if (account) for (const file of Object.values(copies)) await chown(file, account.uid, account.gid);
  await writeFile(join(folder, "data/pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
  return ["ssl = on", `ssl_cert_file = '${copies.certificate}'`, `ssl_key_file = '${copies.key}'`];
}

async function start(cluster: Cluster): Promise<Peer> {
  const [command = "", ...args] = commandOf(cluster, "postgres", ["-D", join(cluster.folder, "data")]);
  const server = startPeer(command, args, { cwd: cluster.folder });
  const isReady = () => server.output().includes("database system is ready to accept connections");
  await ready(server, isReady, { what: "PostgreSQL" });
  return server;
}

/** The first process and those it serves clients with. */
function processesOf({ pid }: Peer): readonly number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  return [pid, ...stdout.split("\n").filter(Boolean).map(Number)];
}

function createDatabase(
  { programs, port }: Cluster,
  { name, password }: { readonly name: string; readonly password: string },
): void {
  const args = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--username",
    USER,
    "--template",
    "template0",
    name,
  ];
  const env = { ...process.env, PGPASSWORD: password };
  const { status, stderr } = spawnSync(join(programs, "createdb"), args, { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`createdb failed: ${stderr}`);
}

function isAlive(pid: number): boolean {
  return spawnSync("kill", ["-0", String(pid)]).status === 0;
}

/** All of them at once: none has time to notice that another is gone. */
async function kill(server: Peer): Promise<void> {
  const processes = processesOf(server);
  const isGone = server.kill();
  for (const pid of processes) killOne(pid);
  await isGone;
  // Only then may another start on the files.
  while (processes.some(isAlive)) await sleep(20);
}

function killOne(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

function freeze(server: Peer): () => void {
  const processes = processesOf(server);
  for (const pid of processes) process.kill(pid, "SIGSTOP");
  return () => {
    for (const pid of processes) process.kill(pid, "SIGCONT");
  };
}
