/** A person works on a real Linux desktop over RDP whose password only the server knows. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectKnownPicture, rdpPoint } from "../testbed/rdp-picture.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { startXrdp, type XrdpMachine } from "../testbed/xrdp.ts";

let machine: XrdpMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;

beforeAll(async () => {
  [machine, server, browser] = await Promise.all([
    startXrdp(),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  userId = (await administrator.call(ROUTES.getMe)).id;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

async function typeInTerminal(page: Page, text: string): Promise<void> {
  const inside = await rdpPoint(page, { x: 420, y: 340 });
  await page.mouse.click(inside.x, inside.y);
  await page.keyboard.type(text, { delay: 20 });
  await page.keyboard.press("Enter");
  await expect.poll(() => machine.typed(), { timeout: 10_000 }).toContain(text);
}

describe("xrdp in the browser, with a stored password", () => {
  it("shows its picture after one click, takes keys and pointer, and never shows its password", async () => {
    const { name: username, password } = machine.user;
    const fields = { protocol: "rdp", port: machine.port, username, password, userId } as const;
    await administrator.addMachine({ name: "Office", ...fields });
    const { page, problems, received } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Office").click();
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    await typeInTerminal(page, "hello from the browser");
    await page.screenshot({ path: "/tmp/rdp-xrdp.png" });
    await page.getByTestId("tool-disconnect").click();
    await page.waitForURL(`${server.site}/`);
    expect(problems).toEqual([]);
    expect(received().length).toBeGreaterThan(50_000);
    expectNowhere(received(), password);
    await expectNotStored(server, password);
  });
});
