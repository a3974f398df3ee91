/** A virtual machine's console over QEMU's own VNC server, which has no password. */
import { ROUTES } from "@deskgate/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { type Colour, isNear, launchBrowser, onPage, pixelOf, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { GUEST_COLOURS, type QemuMachine, startQemu } from "../testbed/qemu.ts";

let machine: QemuMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;

beforeAll(async () => {
  [machine, server, browser] = await Promise.all([
    startQemu(),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  await administrator.addMachine({ name: "Virtual machine", port: machine.port, userId });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

describe("a virtual machine's console in the browser", () => {
  it("shows what the guest paints and carries keys to it", async () => {
    const { page, problems } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Virtual machine").click();
    await viewerState(page, "connected");
    const somewhere = { x: 200, y: 100 };
    await expect
      .poll(() => pixelOf(page, somewhere), { timeout: 30_000 })
      .toSatisfy((seen: Colour) => isNear(seen, GUEST_COLOURS.atBoot));
    const { x, y } = await onPage(page, somewhere);
    await page.mouse.click(x, y);
    await page.keyboard.press(GUEST_COLOURS.afterKey.key);
    await expect
      .poll(() => pixelOf(page, somewhere), { timeout: 10_000 })
      .toSatisfy((seen: Colour) => isNear(seen, GUEST_COLOURS.afterKey.colour));
    expect(problems).toEqual([]);
  });

  it("is found by the administrator's connection test", async () => {
    const { items } = await administrator.call(ROUTES.listMachines);
    expect(await administrator.call(ROUTES.probeMachine, { id: items[0]?.id ?? "" })).toMatchObject({
      isReachable: true,
      detail: "machine speaks rfb",
    });
  });
});
