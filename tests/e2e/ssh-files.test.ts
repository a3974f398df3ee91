/** Files to and from an SSH machine: whole, in either direction, and nothing left behind by what breaks off. */
import { createHash, randomFillSync } from "node:crypto";
import { createReadStream, readdirSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { type SshMachine, startSshd } from "../testbed/sshd.ts";

const BIG_BYTES = 100 * 1024 * 1024;

let machine: SshMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let folder: string;
let poolId: string;

beforeAll(async () => {
  [machine, server, browser, folder] = await Promise.all([
    startSshd(),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
    mkdtemp(join(tmpdir(), "deskgate-files-")),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  const { name: username, password } = machine.user;
  poolId = await administrator.addMachine({
    ...{ name: "Files", protocol: "ssh", port: machine.port, userId },
    ...{ credentialMode: "stored", username, password },
  });
  writeFileSync(join(folder, "big.bin"), randomFillSync(Buffer.allocUnsafe(BIG_BYTES)));
  writeFileSync(join(folder, "small é.txt"), "one\n");
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function openFiles(): Promise<Page> {
  const { page } = await openLaunchpad(browser, administrator);
  await page.getByTestId("connect-Files").click();
  await viewerState(page, "connected");
  await page.getByTestId("tool-files").click();
  await expect.poll(() => page.getByTestId("files-path").textContent()).toBe(machine.user.home);
  return page;
}

function upload(page: Page, name: string): Promise<void> {
  return page.getByTestId("files-input").setInputFiles(join(folder, name));
}

function stateOf(page: Page, name: string, state: "done" | "failed", timeout = 90_000): Promise<void> {
  return page.locator(`[data-testid="transfer-${name}"][data-state="${state}"]`).first().waitFor({ timeout });
}

async function bytesOf(page: Page, name: string): Promise<number> {
  return Number(await page.getByTestId(`transfer-${name}`).first().getAttribute("data-bytes"));
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest("hex");
}

/** What lies in the person's home but for what the shell keeps there. */
function namesAtHome(): string[] {
  return readdirSync(machine.user.home).filter((name) => !/^\.(bash|profile|cache|sh_)/.test(name));
}

describe("files of a machine", () => {
  it("travel 100 MB up and down, seen on the way, and come out the same", async () => {
    const page = await openFiles();
    const began = Date.now();
    await upload(page, "big.bin");
    await expect.poll(() => bytesOf(page, "big.bin"), { timeout: 30_000 }).toBeGreaterThan(1_000_000);
    expect(namesAtHome()).not.toContain("big.bin");
    await stateOf(page, "big.bin", "done");
    const up = Date.now() - began;
    expect(await digestOf(join(machine.user.home, "big.bin"))).toBe(await digestOf(join(folder, "big.bin")));
    expect(namesAtHome()).toEqual(["big.bin"]);

    const download = page.waitForEvent("download", { timeout: 90_000 });
    const beganDown = Date.now();
    await page.getByTestId("file-big.bin").getByRole("button").first().click();
    await expect.poll(() => bytesOf(page, "big.bin"), { timeout: 30_000 }).toBeGreaterThan(1_000_000);
    const saved = await (await download).path();
    const down = Date.now() - beganDown;
    expect(await digestOf(saved)).toBe(await digestOf(join(folder, "big.bin")));
    const rate = (ms: number) => `${(BIG_BYTES / 1e3 / ms).toFixed(0)} MB/s`;
    process.stdout.write(`100 MB up in ${up} ms (${rate(up)}), down in ${down} ms (${rate(down)})\n`);
    await page.context().close();
  });

  it("leave nothing behind when the person cancels, or when the connection breaks off", async () => {
    const page = await openFiles();
    await page.getByTestId("file-big.bin").waitFor();
    await page.getByTestId("file-menu-big.bin").click();
    await page.getByTestId("file-remove").click();
    await page.getByTestId("confirm").click();
    await page.getByTestId("file-big.bin").waitFor({ state: "detached" });

    await upload(page, "big.bin");
    await expect.poll(() => bytesOf(page, "big.bin"), { timeout: 30_000 }).toBeGreaterThan(1_000_000);
    await page.getByTestId("transfer-stop-big.bin").click();
    await stateOf(page, "big.bin", "failed");
    await expect.poll(namesAtHome).toEqual([]);

    await page.getByTestId("transfer-stop-big.bin").click();
    await upload(page, "big.bin");
    await expect.poll(() => bytesOf(page, "big.bin"), { timeout: 30_000 }).toBeGreaterThan(1_000_000);
    expect(namesAtHome()).toHaveLength(1);
    const { items } = await administrator.call(ROUTES.listSessions);
    for (const { id } of items) await administrator.call(ROUTES.killSession, { id });
    await page.locator('[data-testid="end-reason"][data-reason="killed"]').waitFor();
    await expect.poll(namesAtHome).toEqual([]);
    await page.context().close();
  });

  it("are not replaced unasked, and get folders and other names", async () => {
    const page = await openFiles();
    await upload(page, "small é.txt");
    await stateOf(page, "small é.txt", "done");
    writeFileSync(join(folder, "small é.txt"), "two\ntwo\n");
    await page.getByTestId("transfer-stop-small é.txt").click();
    await upload(page, "small é.txt");
    await stateOf(page, "small é.txt", "failed");
    const there = join(machine.user.home, "small é.txt");
    expect(statSync(there).size).toBe(4);
    await page.getByTestId("transfer-replace-small é.txt").click();
    await stateOf(page, "small é.txt", "done");
    expect(statSync(there).size).toBe(8);

    await page.getByTestId("files-new-folder").click();
    await page.getByTestId("file-name").fill("reports");
    await page.keyboard.press("Enter");
    await page.getByTestId("file-reports").getByRole("button").first().click();
    await expect
      .poll(() => page.getByTestId("files-path").textContent())
      .toBe(`${machine.user.home}/reports`);
    const data = await page.evaluateHandle(
      "(() => { const transfer = new DataTransfer(); transfer.items.add(new File(['dropped'], 'dropped.txt')); return transfer; })()",
    );
    await page.getByTestId("files-panel").dispatchEvent("drop", { dataTransfer: data });
    await stateOf(page, "dropped.txt", "done");
    await page.getByTestId("file-menu-dropped.txt").click();
    await page.getByTestId("file-rename").click();
    await page.getByTestId("file-name").fill("named.txt");
    await page.keyboard.press("Enter");
    await page.getByTestId("file-named.txt").waitFor();
    expect(readdirSync(join(machine.user.home, "reports"))).toEqual(["named.txt"]);
    await page.context().close();
  });

  it("stay where policy keeps them", async () => {
    const { items } = await administrator.call(ROUTES.listPools);
    const pool = items.find(({ id }) => id === poolId);
    if (!pool) throw new Error("no pool");
    const set = (policy: typeof pool.policy) =>
      administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: policy });
    await set({ ...pool.policy, filesFromMachine: false });
    const page = await openFiles();
    expect(await page.getByTestId("file-small é.txt").getByRole("button").first().isDisabled()).toBe(true);
    expect(await page.getByTestId("files-new-folder").isDisabled()).toBe(false);
    await page.context().close();

    await set({ ...pool.policy, filesFromMachine: false, filesToMachine: false });
    const { page: without } = await openLaunchpad(browser, administrator);
    await without.getByTestId("connect-Files").click();
    await viewerState(without, "connected");
    expect(await without.getByTestId("tool-files").count()).toBe(0);
    await set(pool.policy);
    await without.context().close();
  });
});
