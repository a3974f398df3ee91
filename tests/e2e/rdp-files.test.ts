/** A hundred megabytes by RDP's clipboard, each way: contents compared, progress seen, cancelling leaves nothing behind. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { chown, link, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectKnownPicture } from "../testbed/rdp-picture.ts";
import { startXrdp, type XrdpMachine } from "../testbed/xrdp.ts";

const FILE_BYTES = 100 * 1024 * 1024;
const COPY_DEADLINE_MS = 100_000;

let machine: XrdpMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let folder: string;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-files-"));
  [machine, server, browser] = await Promise.all([
    startXrdp(),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  const { name: username, password } = machine.user;
  const fields = { protocol: "rdp", port: machine.port, username, password, userId } as const;
  const poolId = await administrator.addMachine({ name: "Files", ...fields });
  ({ page } = await openLaunchpad(browser, administrator));
  await page.goto(`${server.site}/desktops/${poolId}/view`);
  await viewerState(page, "connected", 30_000);
  await expectKnownPicture(page);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function makeFile(file: string): Promise<string> {
  await writeFile(file, randomBytes(FILE_BYTES));
  return hashOf(file);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The toolbar gets out of the way by itself; its handle calls it back. */
async function openPanel(): Promise<void> {
  if (0 < (await page.getByTestId("clip-choose").count())) return;
  const handle = page.locator('[data-shown="false"] .dg-toolbar-handle');
  if (0 < (await handle.count())) await handle.click();
  await page.getByTestId("tool-clipboard-files").click();
}

/** As a file manager copies. */
function copyOnDesktop(file: string): void {
  const target = "x-special/gnome-copied-files";
  machine.run(
    `printf 'copy\\nfile://${file}' | xclip -selection clipboard -t ${target} -i >/dev/null 2>&1 &`,
  );
}

it("fetches a file that was copied on the desktop", { timeout: 180_000 }, async () => {
  const file = join(machine.user.home, "large.bin");
  const expected = await makeFile(file);
  await chown(file, Number(machine.run("id -u").output), Number(machine.run("id -g").output));
  copyOnDesktop(file);
  await openPanel();
  await page.getByTestId("clip-fetch-large.bin").waitFor({ timeout: 15_000 });

  await page.getByTestId("clip-fetch-large.bin").click();
  const bytes = () =>
    page.getByTestId("clip-progress").first().getAttribute("data-bytes", { timeout: 5_000 });
  await expect.poll(async () => Number(await bytes()), { timeout: 20_000 }).toBeGreaterThan(1_000_000);
  await page.getByTestId("clip-cancel").click();
  await page.getByTestId("clip-fetch-large.bin").waitFor({ timeout: 5_000 });

  const began = Date.now();
  const downloading = page.waitForEvent("download", { timeout: COPY_DEADLINE_MS });
  await page.getByTestId("clip-fetch-large.bin").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("large.bin");
  expect(await hashOf(await download.path())).toBe(expected);
  process.stdout.write(`fetched ${FILE_BYTES} bytes in ${Date.now() - began} ms\n`);
});

it("offers a file that is pasted on the desktop", { timeout: 180_000 }, async () => {
  const file = join(folder, "upload.bin");
  const expected = await makeFile(file);
  await openPanel();
  await page.locator('input[type="file"]').first().setInputFiles(file);
  const shared = "$HOME/thinclient_drives/.clipboard/upload.bin";
  // The desktop sees it as soon as a program there asks for the clipboard.
  await expect
    .poll(() => machine.run("timeout 5 xclip -selection clipboard -t text/uri-list -o").output, {
      timeout: 15_000,
    })
    .toContain("upload.bin");
  const began = Date.now();
  machine.run(`(cp ${shared} $HOME/pasted.bin; echo $? > $HOME/pasted.status) >/dev/null 2>&1 &`);
  const bytes = () =>
    page.getByTestId("clip-progress").first().getAttribute("data-bytes", { timeout: 5_000 });
  await expect.poll(async () => Number(await bytes()), { timeout: 20_000 }).toBeGreaterThan(1_000_000);
  const status = () => readFile(join(machine.user.home, "pasted.status"), "utf8").catch(() => "");
  await expect.poll(status, { timeout: COPY_DEADLINE_MS }).toBe("0\n");
  expect(await hashOf(join(machine.user.home, "pasted.bin"))).toBe(expected);
  process.stdout.write(`pasted ${FILE_BYTES} bytes in ${Date.now() - began} ms\n`);
  await rm(join(machine.user.home, "pasted.status"));
});

it("tells whoever pastes a file that it was withdrawn meanwhile", { timeout: 120_000 }, async () => {
  await openPanel();
  const shared = "$HOME/thinclient_drives/.clipboard/withdrawn.bin";
  // Under a name of its own, so that nothing of the file before can be taken for it.
  await link(join(folder, "upload.bin"), join(folder, "withdrawn.bin"));
  await page.locator('input[type="file"]').first().setInputFiles(join(folder, "withdrawn.bin"));
  await expect
    .poll(() => machine.run("timeout 5 xclip -selection clipboard -t text/uri-list -o").output, {
      timeout: 15_000,
    })
    .toContain("withdrawn.bin");
  // By the library that file managers copy with.
  const copying = `gio copy ${shared} $HOME/half.bin 2> $HOME/half.said; echo $? > $HOME/half.status`;
  machine.run(`(${copying}) >/dev/null 2>&1 &`);
  const progress = page.getByTestId("clip-offer-withdrawn.bin").getByTestId("clip-progress");
  const bytes = () => progress.getAttribute("data-bytes", { timeout: 5_000 });
  await expect.poll(async () => Number(await bytes()), { timeout: 20_000 }).toBeGreaterThan(1_000_000);
  await page.getByTestId("clip-withdraw").click();
  const status = () => readFile(join(machine.user.home, "half.status"), "utf8").catch(() => "");
  // The copying is told that it failed, rather than that the file ended early. What it had by then is its own to remove.
  await expect.poll(status, { timeout: 60_000 }).toMatch(/^[1-9]/);
  expect(await readFile(join(machine.user.home, "half.said"), "utf8")).toMatch(
    /Error splicing|Error reading/,
  );
  // The desktop comes back by itself; nothing is offered any more, and nothing lies where xrdp shows the clipboard's files.
  await viewerState(page, "connected", 30_000);
  await expectKnownPicture(page);
  const inClipboard = () => machine.run("ls -A $HOME/thinclient_drives/.clipboard").output.trim();
  await expect.poll(inClipboard, { timeout: 10_000 }).toBe("");
});
