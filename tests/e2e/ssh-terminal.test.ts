/** A person works in the terminal of a real Linux machine whose password only the server knows. */
import { readFileSync } from "node:fs";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { isNear, launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { type SshMachine, startSshd } from "../testbed/sshd.ts";
import { coloursOf, linesOf, run, shows, showsLine } from "../testbed/terminal-page.ts";

let machine: SshMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let poolId: string;

beforeAll(async () => {
  [machine, server, browser] = await Promise.all([
    startSshd(),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  const { name: username, password } = machine.user;
  poolId = await administrator.addMachine({
    ...{ name: "Server", protocol: "ssh", port: machine.port, userId },
    ...{ credentialMode: "stored", username, password },
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

async function openTerminal() {
  const opened = await openLaunchpad(browser, administrator);
  await opened.page.getByTestId("connect-Server").click();
  await viewerState(opened.page, "connected");
  await run(opened.page, "PS1='% '; PROMPT_COMMAND=; clear");
  await shows(opened.page, (lines) => lines[0] === "%", { what: "the prompt" });
  return opened;
}

/** The program's own memory, in MiB. */
function residentMegabytes(): number {
  const status = readFileSync(`/proc/${server.peer.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

describe("a machine's terminal in the browser", () => {
  it("takes keys, shows what programs print, and never shows its password", async () => {
    const { page, problems, received } = await openTerminal();
    await run(page, "echo \"$((6 * 7)) $USER\" 'é 漢字 {}[]|~@#' $TERM");
    await showsLine(page, `42 ${machine.user.name} é 漢字 {}[]|~@# xterm-256color`);
    await run(page, "cat > typed; clear; md5sum < typed");
    await page.keyboard.type("one\ntwo\n");
    await page.keyboard.press("Control+d");
    await showsLine(page, "2094b601daac3d68f5aed51d3c20f7cd  -");
    await run(page, "exit 3");
    await page.locator('[data-testid="end-reason"][data-reason="target_finished"]').waitFor();
    expect(problems).toEqual([]);
    expectNowhere(received(), machine.user.password);
    await expectNotStored(server, machine.user.password);
    await page.context().close();
  });

  it("paints colours where programs want them", async () => {
    const { page, problems } = await openTerminal();
    await run(
      page,
      "clear; for i in 1 2 3 4; do printf '\\e[48;2;200;30;40m%20s\\e[48;5;27m%20s\\e[0m\\n' '' ''; done",
    );
    await shows(page, (lines) => lines[4] === "%", { what: "the prompt below the colours" });
    const row = await page.locator(".xterm-rows > div").nth(1).boundingBox();
    if (!row) throw new Error("no row");
    const columns = Number(await page.evaluate("document.querySelector('.xterm-rows > div').offsetWidth"));
    const cell = columns / (await columnsOf(page));
    const shot = await page.screenshot();
    const colourAt = coloursOf(shot, { width: 1280, height: 800 });
    const y = row.y + row.height / 2;
    expect(colourAt(row.x + 10 * cell, y)).toSatisfy((seen) => isNear(seen, [200, 30, 40]));
    expect(colourAt(row.x + 30 * cell, y)).toSatisfy((seen) => isNear(seen, [0, 95, 255]));
    expect(problems).toEqual([]);
    await page.context().close();
  });

  it("has the size of the window, and follows it", async () => {
    const { page } = await openTerminal();
    await page.setViewportSize({ width: 900, height: 500 });
    await expect
      .poll(async () => {
        await run(page, "clear; stty size");
        await page.waitForTimeout(200);
        return (await linesOf(page)).includes(`${await rowsOf(page)} ${await columnsOf(page)}`);
      })
      .toBe(true);
    expect(await columnsOf(page)).toBeLessThan(115);
    await page.context().close();
  });

  it("shows a file of a gigabyte without keeping it, and Ctrl-C ends it in the middle", async () => {
    const { page } = await openTerminal();
    await run(page, "truncate -s 1G big; seq 200000; clear");
    await shows(page, (lines) => lines[0] === "%", { what: "the prompt" });
    const bytes = async () =>
      (await administrator.call(ROUTES.listSessions)).items[0]?.connections[0]?.bytesToViewer ?? 0;
    const carriedBefore = await bytes();
    const before = residentMegabytes();
    let most = before;
    await run(page, "cat big");
    const carriedMegabytes = async () => {
      most = Math.max(most, residentMegabytes());
      return ((await bytes()) - carriedBefore) / 1024 / 1024;
    };
    await expect.poll(carriedMegabytes, { timeout: 100_000, interval: 250 }).toBeGreaterThan(100);
    await page.keyboard.press("Control+c");
    await run(page, "clear; echo still $((40 + 2))");
    await showsLine(page, "still 42");
    expect(await carriedMegabytes()).toBeLessThan(1024);
    process.stdout.write(
      `a gigabyte's file: ${before.toFixed()} MiB before, ${most.toFixed()} MiB at most\n`,
    );
    expect(most - before).toBeLessThan(150);
    await page.context().close();
  });

  it("survives a flood: Ctrl-C ends it at once, and the server's memory stays", async () => {
    const { page } = await openTerminal();
    await run(page, "seq 200000; clear");
    await shows(page, (lines) => lines[0] === "%", { what: "the prompt" });
    const before = residentMegabytes();
    await run(page, "yes 'all work and no play makes the terminal a dull place'");
    await shows(page, (lines) => lines.filter((line) => line.startsWith("all work")).length > 10, {
      what: "the flood",
    });
    // The heap finds its size while the flood runs; from then on it must stay, however much comes. How much has come
    // decides, and not how long it took: on a busy host the same bytes take several times as long.
    const bytes = async () =>
      (await administrator.call(ROUTES.listSessions)).items[0]?.connections[0]?.bytesToViewer ?? 0;
    const highestDuring = async (megabytes: number) => {
      const until = (await bytes()) + megabytes * 1024 * 1024;
      let most = 0;
      while ((await bytes()) < until) {
        await page.waitForTimeout(500);
        most = Math.max(most, residentMegabytes());
      }
      return most;
    };
    const early = await highestDuring(80);
    const carriedEarly = await bytes();
    const late = await highestDuring(40);
    const carriedMegabytes = ((await bytes()) - carriedEarly) / 1024 / 1024;
    const began = Date.now();
    await page.keyboard.press("Control+c");
    await shows(page, (lines) => lines.findLast((line) => line !== "")?.endsWith("%") === true, {
      what: "the prompt after Ctrl-C",
    });
    const tookMs = Date.now() - began;
    await run(page, "clear; echo still here");
    await showsLine(page, "still here");
    process.stdout.write(
      `flood: ${before.toFixed(0)} MiB before, ${early.toFixed(0)} at first, ${late.toFixed(0)} later, ${carriedMegabytes.toFixed(0)} MiB carried in between; prompt ${tookMs} ms after Ctrl-C\n`,
    );
    expect(late - early).toBeLessThan(carriedMegabytes / 2);
    expect(tookMs).toBeLessThan(5_000);
    await page.context().close();
  }, 240_000);

  it("keeps a program from the clipboard where policy says so, and always from the title's place", async () => {
    const { page } = await openTerminal();
    const fill = `printf '\\e]52;c;${Buffer.from("from the machine").toString("base64")}\\a\\e]2;I am your bank\\a'`;
    await run(page, `clear; ${fill}; echo done`);
    await showsLine(page, "done");
    await page.waitForFunction("document.title.startsWith('Server: I am your bank')");
    await page.getByTestId("tool-clipboard").click();
    await expect.poll(() => page.getByTestId("clipboard-from-desktop").inputValue()).toBe("from the machine");
    await page.context().close();

    const { items } = await administrator.call(ROUTES.listPools);
    const pool = items.find(({ id }) => id === poolId);
    if (!pool) throw new Error("no pool");
    await administrator.call(ROUTES.setPoolPolicy, {
      id: poolId,
      body: { ...pool.policy, clipboardFromMachine: false },
    });
    const { page: strict, received } = await openTerminal();
    await run(strict, `clear; ${fill}; echo done`);
    await showsLine(strict, "done");
    await strict.getByTestId("tool-clipboard").click();
    expect(await strict.getByTestId("clipboard-from-desktop").inputValue()).toBe("");
    // Not even the gateway's message came: it was stopped there, not in the page.
    expect(received().includes("\x07\x00\x00\x00\x12\x00\x10from the machine")).toBe(false);
    await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: pool.policy });
    await strict.context().close();
  });

  it("ends within a second when an administrator kills it", async () => {
    const { page } = await openTerminal();
    await run(page, "yes");
    await page.waitForTimeout(300);
    const { items } = await administrator.call(ROUTES.listSessions);
    const began = Date.now();
    for (const { id } of items) await administrator.call(ROUTES.killSession, { id });
    await page.locator('[data-testid="end-reason"][data-reason="killed"]').waitFor({ timeout: 5_000 });
    expect(Date.now() - began).toBeLessThan(2_000);
    await page.context().close();
  });
});

async function columnsOf(page: Page): Promise<number> {
  return Number(await page.locator(".dg-terminal").getAttribute("data-columns"));
}

async function rowsOf(page: Page): Promise<number> {
  return Number(await page.locator(".dg-terminal").getAttribute("data-rows"));
}
