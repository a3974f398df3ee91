/**
 * A newcomer's first minute: a fresh clone, nothing installed, one command, one link, one click.
 *
 * The clone is the working tree as git would have it, in an empty folder, started with the Node of the system.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiClient } from "../testbed/api-client.ts";
import {
  changesFrom,
  fingerprintOf,
  launchBrowser,
  onPage,
  openPage,
  viewerState,
} from "../testbed/browser.ts";
import { freePort, type Peer, ready, startPeer } from "../testbed/peer.ts";

const ROOT = join(import.meta.dirname, "../..");
const INSTALL_DEADLINE_MS = 300_000;

let clone: string;
let browser: Browser;
let running: Peer | undefined;
let site = "";

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "deskgate-clone-"));
  const files = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  for (const file of files.split("\0").filter((name) => name !== "")) {
    // A file that is deleted but not committed yet is still listed.
    await cp(join(ROOT, file), join(clone, file)).catch(() => {});
  }
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await running?.stop();
  while (await answers()) await sleep(100);
  await rm(clone, { recursive: true, force: true });
});

/** The environment of a person's shell: the system's Node, none of this project's tools on PATH. */
function shellOfAPerson(): NodeJS.ProcessEnv {
  const systemNode = process.env["DESKGATE_SYSTEM_NODE"] ?? process.execPath;
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|DESKGATE_|NODE_(OPTIONS|PATH|ENV)$|CI$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: [dirname(systemNode), ...path].join(delimiter) };
}

async function npmStart(port: number): Promise<{ output: string; link: string }> {
  const peer = startPeer("npm", ["start", "--", "--listen", `127.0.0.1:${port}`], {
    cwd: clone,
    env: shellOfAPerson(),
  });
  running = peer;
  site = `https://localhost:${port}`;
  await ready(peer, () => peer.output().includes("Ctrl-C"), {
    what: "npm start",
    deadlineMs: INSTALL_DEADLINE_MS,
  });
  return { output: peer.output(), link: /https:\/\/\S+\/sign-in\/link#\S+/.exec(peer.output())?.[0] ?? "" };
}

describe("npm start on a fresh clone", () => {
  it("ends with a desktop moving in the browser, which takes keys and pointer", async () => {
    const env = shellOfAPerson();
    const node = spawnSync("node", ["--version"], { env, encoding: "utf8" }).stdout.trim();
    const port = await freePort();
    const began = Date.now();
    const { output, link } = await npmStart(port);
    const startedMs = Date.now() - began;
    expect(output).toContain("Installed packages");
    expect(output).toContain("Built the console");

    const { page, problems } = await openPage(browser);
    await page.goto(link);
    await page.getByTestId("connect-Demo desktop").click();
    await viewerState(page, "connected");
    const first = await fingerprintOf(page);
    await changesFrom(first, () => fingerprintOf(page), { what: "the demo desktop" });
    const movingMs = Date.now() - began;
    console.log(
      `From "npm start" (system Node ${node}) to the printed link: ${(startedMs / 1000).toFixed(1)} s; to a moving desktop: ${(movingMs / 1000).toFixed(1)} s`,
    );

    await expectInputToShow(page);
    expect(problems).toEqual([]);
    await page.context().close();
  }, 400_000);

  it("ends with the npm that started it", async () => {
    expect(await answers()).toBe(true);
    await running?.stop();
    await expect.poll(answers, { timeout: 15_000 }).toBe(false);
  }, 30_000);

  it("a second time re-uses the data and makes no second administrator", async () => {
    const port = await freePort();
    const began = Date.now();
    const { output, link } = await npmStart(port);
    console.log(`Second "npm start" to the printed link: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    expect(output).not.toContain("Installing");
    expect(output).not.toContain("Building");
    const administrator = await ApiClient.bySignInLink(`https://localhost:${port}`, link);
    expect((await administrator.call(ROUTES.listUsers)).items.map(({ name }) => name)).toEqual(["admin"]);
    expect((await administrator.call(ROUTES.listMachines)).items).toHaveLength(1);
  }, 120_000);
});

/** Whether the server that was started last still serves. */
function answers(): Promise<boolean> {
  return new ApiClient(site).call(ROUTES.getStatus).then(
    () => true,
    () => false,
  );
}

/** Where things are on the demo desktop at 1280 x 800, the size of the test's window. */
const DEMO = {
  /** The first typed characters, without the place where the cursor blinks before them. */
  firstWords: { x: 200, y: 408, width: 130, height: 24 },
  titleBar: { x: 300, y: 98 },
  /** Wallpaper that the welcome window covers when it is dragged there; nothing moves there by itself. */
  besideWindow: { x: 572, y: 180, width: 25, height: 100 },
} as const;

/** The clock and the animation move by themselves, so keys and pointer are looked for where nothing else moves. */
async function expectInputToShow(page: Page): Promise<void> {
  const inNotePad = await onPage(page, { x: 400, y: 550 });
  await page.mouse.click(inNotePad.x, inNotePad.y);
  const before = await fingerprintOf(page, DEMO.firstWords);
  await page.keyboard.type("Hello from the test");
  await changesFrom(before, () => fingerprintOf(page, DEMO.firstWords), { what: "the note-pad" });

  const bare = await fingerprintOf(page, DEMO.besideWindow);
  const from = await onPage(page, DEMO.titleBar);
  const to = await onPage(page, { x: DEMO.titleBar.x + 40, y: DEMO.titleBar.y + 30 });
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await changesFrom(bare, () => fingerprintOf(page, DEMO.besideWindow), {
    what: "the place of the dragged window",
  });
}
