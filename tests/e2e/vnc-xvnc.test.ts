/** A person works on a real Linux desktop over VNC whose password only the server knows. */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import {
  type Colour,
  changesFrom,
  fingerprintOf,
  isNear,
  launchBrowser,
  onPage,
  pixelOf,
  viewerState,
} from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { KNOWN_PICTURE, startXvnc, type XvncDesktop } from "../testbed/xvnc.ts";

const PASSWORD = "Q7x!kz3p";

let desktop: XvncDesktop;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let poolId: string;

beforeAll(async () => {
  [desktop, server, browser] = await Promise.all([
    startXvnc(PASSWORD),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  poolId = await administrator.addMachine({
    name: "Linux desktop",
    port: desktop.port,
    password: PASSWORD,
    userId,
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await desktop?.stop();
});

describe("a Linux desktop in the browser", () => {
  it("shows its picture after one click, takes keys and pointer, and never shows its password", async () => {
    const { page, problems, received } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Linux desktop").click();
    await viewerState(page, "connected");

    for (const { x, y, colour } of KNOWN_PICTURE.points) {
      await expect
        .poll(() => pixelOf(page, { x, y }), { timeout: 10_000 })
        .toSatisfy((seen: Colour) => isNear(seen, colour, 4));
    }

    const clock = await fingerprintOf(page, KNOWN_PICTURE.clock);
    await changesFrom(clock, () => fingerprintOf(page, KNOWN_PICTURE.clock), { what: "the clock" });

    const { terminal } = KNOWN_PICTURE;
    const inside = await onPage(page, { x: terminal.x + 60, y: terminal.y + 40 });
    await page.mouse.click(inside.x, inside.y);
    const empty = await fingerprintOf(page, terminal);
    await page.keyboard.type("hello desktop");
    await changesFrom(empty, () => fingerprintOf(page, terminal), { what: "the terminal" });

    await expect
      .poll(async () => (await sessions())[0]?.connections[0]?.bytesToViewer ?? 0, { timeout: 15_000 })
      .toBeGreaterThan(1000);
    await page.getByTestId("tool-disconnect").click();
    await page.waitForURL(`${server.site}/`);
    expect(problems).toEqual([]);

    const everything = received();
    expect(everything.length).toBeGreaterThan(100_000);
    expectNowhere(everything, PASSWORD);
    expectNowhere(Buffer.from(server.peer.output()), PASSWORD);
    for (const file of ["deskgate.sqlite", "deskgate.sqlite-wal"]) {
      expectNowhere(await readFile(join(server.dataDirectory, file)), PASSWORD);
    }
  });

  it("carries text by the clipboard both ways, and neither way where policy says so", async () => {
    const copyOnDesktop = (text: string) =>
      // It stays behind to serve the text, and must not keep our pipes.
      spawnSync("xclip", ["-display", desktop.display, "-selection", "clipboard", "-i"], {
        input: text,
        stdio: ["pipe", "ignore", "ignore"],
      });
    const desktopsClipboard = () =>
      spawnSync("timeout", ["5", "xclip", "-display", desktop.display, "-selection", "clipboard", "-o"], {
        encoding: "utf8",
      }).stdout;
    const openIt = async () => {
      const opened = await openLaunchpad(browser, administrator);
      await opened.page.goto(`${server.site}/desktops/${poolId}/view`);
      await viewerState(opened.page, "connected");
      await opened.page.getByTestId("tool-clipboard").click();
      return opened;
    };
    const shown = (page: Page) => page.getByTestId("clipboard-from-desktop");

    const { page } = await openIt();
    copyOnDesktop("out of the desktop");
    await expect.poll(() => shown(page).inputValue(), { timeout: 10_000 }).toBe("out of the desktop");
    await page.getByTestId("clipboard-to-desktop").fill("into the desktop");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect.poll(desktopsClipboard, { timeout: 10_000 }).toBe("into the desktop");
    await page.context().close();

    const noneOut = { clipboardFromMachine: false };
    await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: noneOut });
    const { page: closed, received } = await openIt();
    copyOnDesktop("not for the browser");
    await closed.getByTestId("clipboard-to-desktop").fill("still goes in");
    await closed.getByRole("button", { name: "Send", exact: true }).click();
    await expect.poll(desktopsClipboard, { timeout: 10_000 }).toBe("still goes in");
    const clock = await fingerprintOf(closed, KNOWN_PICTURE.clock);
    await changesFrom(clock, () => fingerprintOf(closed, KNOWN_PICTURE.clock), { what: "the clock" });
    expect(received().length).toBeGreaterThan(100_000);
    expectNowhere(received(), "not for the browser");
    await closed.context().close();
    await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: {} });
  });

  it("ends within a second when an administrator kills it, and says so", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${server.site}/desktops/${poolId}/view`);
    await viewerState(page, "connected");
    const [session] = await sessions();
    const began = Date.now();
    await administrator.call(ROUTES.killSession, { id: session?.id ?? "" });
    await page.locator('[data-testid="end-reason"][data-reason="killed"]').waitFor({ timeout: 5_000 });
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(await sessions()).toEqual([]);
  });

  it("asks the person for the password where none is stored, and again after a wrong one", async () => {
    const { id: userId } = await administrator.call(ROUTES.getMe);
    const fields = { name: "Typed password", port: desktop.port, credentialMode: "prompt", userId } as const;
    const typed = await administrator.addMachine(fields);
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${server.site}/desktops/${typed}/view`);
    await page.getByTestId("credential-password").fill("not-this");
    await page.getByTestId("credential-send").click();
    await page.locator('[data-testid="end-reason"][data-reason="credential_refused"]').waitFor();
    await page.getByRole("button", { name: "Connect again" }).click();
    await page.getByTestId("credential-password").fill(PASSWORD);
    await page.getByTestId("credential-send").click();
    await viewerState(page, "connected");
    expectNowhere(Buffer.from(server.peer.output()), PASSWORD);
    await page.context().close();
  });

  it("with a wrong stored password says which side refused", async () => {
    const { id: userId } = await administrator.call(ROUTES.getMe);
    const wrong = await administrator.addMachine({
      name: "Wrong password",
      port: desktop.port,
      password: "not-this",
      userId,
    });
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${server.site}/desktops/${wrong}/view`);
    await page
      .locator('[data-testid="end-reason"][data-reason="target_authentication_failed"]')
      .waitFor({ timeout: 10_000 });
    expectNowhere(Buffer.from(server.peer.output()), "not-this");
  });
});

async function sessions() {
  return (await administrator.call(ROUTES.listSessions)).items;
}

/** In clear, in base64 at any alignment, in hexadecimal, or as UTF-16. */
function expectNowhere(haystack: Buffer, secret: string): void {
  const plain = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), plain])
      .toString("base64")
      .replace(/^.{4}/, shift === 0 ? "$&" : "")
      .replace(/.{0,4}$/, ""),
  );
  for (const spelled of [
    plain,
    Buffer.from(secret, "utf16le"),
    Buffer.from(plain.toString("hex")),
    ...base64.map((text) => Buffer.from(text)),
  ]) {
    expect(haystack.includes(spelled), `the secret as ${spelled.toString("latin1")}`).toBe(false);
  }
}
