/** A site on PostgreSQL: people work as on SQLite, the database may go away and come back, and a backup moves house. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { API_PREFIX, ROUTES } from "@deskgate/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient, RawReply } from "../testbed/api-client.ts";
import { changesFrom, fingerprintOf, launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { type PostgresCluster, startPostgres } from "../testbed/postgres.ts";
import { KNOWN_PICTURE, startXvnc, type XvncDesktop } from "../testbed/xvnc.ts";

const MAIN = join(import.meta.dirname, "../../packages/app/src/main.ts");
const PASSWORD = "Q7x!kz3p";

let cluster: PostgresCluster;
let desktop: XvncDesktop;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let folder: string;
let settings: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-pg-"));
  [cluster, desktop, browser] = await Promise.all([
    // It is killed while people work, and must not forget whose desktop is open.
    startPostgres({ isDurable: true }),
    startXvnc(PASSWORD),
    launchBrowser(),
  ]);
  cluster.createDatabase("deskgate");
  settings = await writeSettings("deskgate");
  server = await startDeskgate({ args: ["--no-demo", "--config", settings] });
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  await administrator.addMachine({ name: "Linux desktop", port: desktop.port, password: PASSWORD, userId });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await desktop?.stop();
  await cluster?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function writeSettings(name: string): Promise<string> {
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  const file = join(folder, `settings-of-${name}.json`);
  const url = `postgres://${cluster.user}@127.0.0.1:${cluster.port}/${name}`;
  await writeFile(file, JSON.stringify({ database: { kind: "postgres", url, passwordFile } }));
  return file;
}

function deskgate(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8", cwd: folder, timeout: 60_000 });
}

describe("on PostgreSQL", () => {
  it("a person signs in, opens a desktop and sees it move, and the tunnel outlives the database", async () => {
    const { page, problems } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Linux desktop").click();
    await viewerState(page, "connected");
    const isMoving = async () => {
      const clock = await fingerprintOf(page, KNOWN_PICTURE.clock);
      await changesFrom(clock, () => fingerprintOf(page, KNOWN_PICTURE.clock), { what: "the clock" });
    };
    await isMoving();

    // A crowd that asks all the time: whatever happens, each is answered, by the list or by 503.
    const crowd = startCrowd(8);
    await cluster.kill();
    const refused = await eventually(
      () => listMachines(),
      ({ status }) => status === 503,
    );
    expect(JSON.parse(refused.text).error).toMatchObject({
      code: "database_unavailable",
      retryAfterSeconds: 2,
    });
    expect(refused.headers["retry-after"]).toBe("2");
    await isMoving();
    await cluster.start();
    await eventually(
      () => listMachines(),
      ({ status }) => status === 200,
    );
    // It takes connections and never answers.
    const thaw = cluster.freeze();
    await eventually(
      () => listMachines(),
      ({ status }) => status === 503,
    );
    await isMoving();
    thaw();
    await eventually(
      () => listMachines(),
      ({ status }) => status === 200,
    );
    expect([...(await crowd.stop())].sort()).toEqual([200, 503]);
    await viewerState(page, "connected");
    const sessions = await administrator.call(ROUTES.listSessions, { query: "?state=live" });
    expect(sessions.items).toMatchObject([{ connections: [{ state: "open" }] }]);
    await page.close();
    // What the console says of a 503 is no problem of the page.
    expect(problems.filter((problem) => !problem.includes("503"))).toEqual([]);
  });

  it("the database's password is in no log line and in no process list", async () => {
    expect(server.peer.output()).not.toContain(cluster.password);
    const commandLine = await readFile(`/proc/${server.peer.pid}/cmdline`, "utf8");
    const environment = await readFile(`/proc/${server.peer.pid}/environ`, "utf8");
    expect(commandLine).toContain("serve");
    expect(commandLine + environment).not.toContain(cluster.password);
    expect(deskgate("doctor", "--config", settings).stdout).toMatch(/ok {4}Database: healthy/);
  });

  it("a backup taken while it runs becomes a site on SQLite, and that one a site on PostgreSQL again", async () => {
    const file = join(folder, "site.backup");
    const data = join(folder, "moved");
    const taken = deskgate("backup", file, "--config", settings, "--data", server.dataDirectory);
    expect(taken.stderr).toBe("");
    expect(taken.stdout).toContain("is NOT in it");
    expect(taken.stdout).toMatch(/ 1 {2}machines\n/);
    const restored = deskgate("restore", file, "--data", data, "--json");
    expect(restored.stderr).toBe("");
    expect(JSON.parse(restored.stdout)).toMatchObject({ rows: { machines: 1, users: 1 } });

    const key = await readFile(join(server.dataDirectory, "sealing.key"), "utf8");
    await writeFile(join(data, "sealing.key"), key);
    const moved = await startDeskgate({ dataDirectory: data, args: ["--no-demo"] });
    const owner = await moved.signIn();
    const { items } = await owner.call(ROUTES.listMachines);
    expect(items).toMatchObject([{ name: "Linux desktop", protocols: [{ hasPassword: true }] }]);
    await moved.stop();

    cluster.createDatabase("back");
    const back = await writeSettings("back");
    const second = join(folder, "second.backup");
    expect(deskgate("backup", second, "--data", data).status).toBe(0);
    expect(deskgate("restore", second, "--config", back, "--data", data).status).toBe(0);
    const again = deskgate("restore", second, "--config", back, "--data", data);
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("database_not_empty")]);
    const unasked = deskgate("restore", second, "--config", back, "--data", data, "--replace");
    expect([unasked.status, unasked.stderr]).toEqual([1, expect.stringContaining("--yes")]);
    expect(deskgate("restore", second, "--config", back, "--data", data, "--replace", "--yes").status).toBe(
      0,
    );
  });
});

/** `stop` says which statuses they have seen. */
function startCrowd(size: number): { stop(): Promise<ReadonlySet<number>> } {
  const seen = new Set<number>();
  let isOver = false;
  const ask = async () => {
    while (!isOver) seen.add((await listMachines()).status);
  };
  const all = Array.from({ length: size }, ask);
  return {
    async stop() {
      isOver = true;
      await Promise.all(all);
      return seen;
    },
  };
}

function listMachines(): Promise<RawReply> {
  return administrator.send("GET", `${API_PREFIX}/machines`);
}

/** Asks until the answer is as wanted. */
async function eventually(
  ask: () => Promise<RawReply>,
  isWanted: (reply: RawReply) => boolean,
): Promise<RawReply> {
  const until = Date.now() + 20_000;
  for (;;) {
    const reply = await ask();
    if (isWanted(reply)) return reply;
    if (until < Date.now()) throw new Error(`the answer stays ${reply.status}: ${reply.text}`);
  }
}
