/** A person works on a real Linux desktop over RDP whose password only the server knows. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectKnownPicture, rdpPoint, rdpSize } from "../testbed/rdp-picture.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { startXrdp, type XrdpMachine } from "../testbed/xrdp.ts";

let machine: XrdpMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;
let poolId: string;

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

async function openDesktop() {
  const opened = await openLaunchpad(browser, administrator);
  await opened.page.goto(`${server.site}/desktops/${poolId}/view`);
  await viewerState(opened.page, "connected", 30_000);
  await expectKnownPicture(opened.page);
  return opened;
}

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
    poolId = await administrator.addMachine({ name: "Office", ...fields });
    const { page, problems, received } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Office").click();
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    expect(await rdpSize(page)).toEqual({ width: 1280, height: 800 });
    await typeInTerminal(page, "hello from the browser");
    // The toolbar leaves with the pointer.
    await page.mouse.move(640, 3);
    await page.getByTestId("tool-disconnect").click();
    await page.waitForURL(`${server.site}/`);
    expect(problems).toEqual([]);
    expect(received().length).toBeGreaterThan(50_000);
    expectNowhere(received(), password);
    await expectNotStored(server, password);
  });

  it("gets the keys that a browser keeps for itself", async () => {
    const { page } = await openDesktop();
    machine.run("xev -geometry 300x200+900+500 -event keyboard > $HOME/xev.txt 2>/dev/null &");
    const pressed = () =>
      [
        ...machine.run("cat $HOME/xev.txt").output.matchAll(/KeyPress[\s\S]*?keysym 0x[0-9a-f]+, (\w+)\)/g),
      ].map(([, name]) => name);
    const inside = await rdpPoint(page, { x: 1050, y: 600 });
    await expect
      .poll(
        async () => {
          await page.mouse.click(inside.x, inside.y);
          await page.keyboard.press("x");
          return pressed();
        },
        { timeout: 15_000 },
      )
      .toContain("x");
    await page.mouse.move(640, 3);
    await page.getByTestId("tool-ctrl-alt-del").click();
    await expect
      .poll(() => pressed().slice(-3), { timeout: 10_000 })
      .toEqual(["Control_L", "Alt_L", "Delete"]);
    await page.mouse.move(640, 3);
    await page.getByTestId("tool-keys").click();
    await page.getByRole("menuitem", { name: "Windows / Super" }).click();
    await expect.poll(() => pressed().at(-1), { timeout: 10_000 }).toBe("Super_L");
    machine.run("pkill -x xev");
    await page.context().close();
  });

  it("carries text by the clipboard, both ways", async () => {
    const { page } = await openDesktop();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.site });
    await page.getByTestId("tool-clipboard").click();
    await page.getByTestId("clipboard-to-desktop").fill("grüße to the desktop");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect
      .poll(() => machine.run("timeout 5 xclip -selection clipboard -t UTF8_STRING -o").output, {
        timeout: 15_000,
      })
      .toContain("grüße to the desktop");
    machine.run("printf 'from the desktop ✓' | xclip -selection clipboard -i >/dev/null 2>&1 &");
    await expect
      .poll(() => page.getByTestId("clipboard-from-desktop").inputValue(), { timeout: 15_000 })
      .toBe("from the desktop ✓");
    await page.context().close();
  });

  it("keeps the desktop's clipboard inside where policy says so", async () => {
    const policy = { clipboardFromMachine: false };
    await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: policy });
    const { page } = await openDesktop();
    machine.run("printf 'not for the browser' | xclip -selection clipboard -i >/dev/null 2>&1 &");
    await page.getByTestId("tool-clipboard").click();
    await page.getByTestId("clipboard-to-desktop").fill("still goes in");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect
      .poll(() => machine.run("timeout 5 xclip -selection clipboard -t UTF8_STRING -o").output, {
        timeout: 15_000,
      })
      .toContain("still goes in");
    expect(await page.getByTestId("clipboard-from-desktop").inputValue()).toBe("");
    await administrator.call(ROUTES.setPoolPolicy, { id: poolId, body: {} });
    await page.context().close();
  });

  it("takes the window's new size by connecting again, and keeps the session", async () => {
    const { page } = await openDesktop();
    await page.setViewportSize({ width: 1000, height: 700 });
    await expect
      .poll(() => rdpSize(page).catch(() => undefined), { timeout: 20_000 })
      .toEqual({ width: 1000, height: 700 });
    await viewerState(page, "connected");
    await expectKnownPicture(page);
    await typeInTerminal(page, "still the same session");
    expect(await machine.typed()).toContain("hello from the browser");
    await page.context().close();
  });

  it("is started again after its WebAssembly crashed", async () => {
    const { page } = await openDesktop();
    const frame = page.frames().find((one) => one.url().endsWith("/rdp-frame.html"));
    await frame?.evaluate("setTimeout(() => { throw new WebAssembly.RuntimeError('unreachable'); })");
    await viewerState(page, "reconnecting");
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    await page.context().close();
  });

  it("is refused when its certificate changes, until an administrator accepts the new one", async () => {
    await machine.changeCertificate();
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${server.site}/desktops/${poolId}/view`);
    const reason = page.locator('[data-testid="end-reason"][data-reason="target_identity_changed"]');
    await reason.waitFor({ timeout: 20_000 });
    expect(await reason.textContent()).toContain("another certificate or host key than before");
    expect(server.peer.output()).toContain("Machine shows another identity than was accepted");

    await page.goto(`${server.site}/machines`);
    await page.getByTestId("alarm-Office").click();
    await page.getByTestId("accept-identity").click();
    await page.getByTestId("alarm-Office").waitFor({ state: "detached" });

    await page.goto(`${server.site}/desktops/${poolId}/view`);
    await viewerState(page, "connected", 30_000);
    const { items } = await administrator.call(ROUTES.listAudit);
    const deeds = items.map(({ action, actorName }) => `${actorName}: ${action}`);
    expect(deeds.filter((deed) => deed.includes("identity"))).toEqual([
      "admin: machine.identity_accepted",
      "deskgate: machine.identity_changed",
      "deskgate: machine.identity_recorded",
    ]);
    await page.context().close();
  });
});
