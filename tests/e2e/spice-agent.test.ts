/** A desktop with the SPICE agent: it takes the window's size, and text travels by the clipboard as far as policy lets it. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectNowhere } from "../testbed/secrets.ts";
import { startXspice, type XspiceMachine } from "../testbed/xspice.ts";

const PASSWORD = "agent-Q7x!kz3";

let machine: XspiceMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let poolId: string;

beforeAll(async () => {
  [machine, server, browser] = await Promise.all([
    startXspice(PASSWORD),
    startDeskgate({ args: ["--no-demo"], shape: "one" }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  poolId = await administrator.addMachine({
    ...{ name: "Agent", protocol: "spice", port: machine.port, userId },
    ...{ credentialMode: "stored", password: PASSWORD },
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

async function openDesktop() {
  const opened = await openLaunchpad(browser, administrator);
  await opened.page.goto(`${server.site}/desktops/${poolId}/view`);
  await viewerState(opened.page, "connected");
  return opened;
}

it("takes the window's size", async () => {
  const { page, problems } = await openDesktop();
  await expect.poll(() => machine.size(), { timeout: 15_000 }).toBe("1280x800");
  await page.setViewportSize({ width: 1008, height: 704 });
  await expect.poll(() => machine.size(), { timeout: 15_000 }).toBe("1008x704");
  const canvas = page.frameLocator(".dg-client-frame").locator("canvas").first();
  await expect
    .poll(() => canvas.evaluate((element) => (element as unknown as { width: number }).width), {
      timeout: 15_000,
    })
    .toBe(1008);
  await viewerState(page, "connected");
  expect(problems).toEqual([]);
  await page.context().close();
});

it("carries text by the clipboard both ways, and neither way where policy says so", async () => {
  const copyThere = (text: string) =>
    machine.run(`printf '${text}' | xclip -selection clipboard -i >/dev/null 2>&1 &`);
  const pasteThere = () => machine.run("timeout 3 xclip -selection clipboard -t UTF8_STRING -o");
  const openClipboard = async () => {
    const opened = await openDesktop();
    await opened.page.getByTestId("tool-clipboard").click();
    await opened.page.getByTestId("clipboard-to-desktop").waitFor();
    return opened;
  };
  const shown = (page: Page) => page.getByTestId("clipboard-from-desktop").inputValue();
  const sendThere = async (page: Page, text: string) => {
    await page.getByTestId("clipboard-to-desktop").fill(text);
    await page.getByRole("button", { name: "Send", exact: true }).click();
  };

  const { page, problems } = await openClipboard();
  const long = `${"grüße ".repeat(2_000)}out`;
  copyThere(long);
  await expect.poll(() => shown(page), { timeout: 10_000 }).toBe(long);
  await sendThere(page, long.toUpperCase());
  await expect.poll(pasteThere, { timeout: 10_000 }).toBe(long.toUpperCase());
  expect(problems).toEqual([]);
  await page.context().close();

  const noneOut = { clipboardFromMachine: false };
  await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: noneOut });
  const { page: closed, received } = await openClipboard();
  copyThere("not for the browser");
  await sendThere(closed, "still goes in");
  await expect.poll(pasteThere, { timeout: 10_000 }).toBe("still goes in");
  expect(await shown(closed)).toBe("");
  // At the gateway, that is.
  expectNowhere(received(), "not for the browser");
  await closed.context().close();
});

it("says that there is no agent for as long as there is none, also to whoever is looking", async () => {
  await machine.agentLeaves();
  const { page } = await openDesktop();
  await page.getByTestId("tool-clipboard").click();
  await page.getByTestId("clipboard-unavailable").waitFor();
  await machine.agentComes();
  await page.getByTestId("clipboard-to-desktop").waitFor();
  await machine.agentLeaves();
  await page.getByTestId("clipboard-unavailable").waitFor();
  await page.context().close();
});
