/** The server is killed without warning while people work, or comes back as another version. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changesFrom, fingerprintOf, launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { startXvnc, type XvncDesktop } from "../testbed/xvnc.ts";

let desktop: XvncDesktop;
let browser: Browser;
let dataDirectory: string;
const started: RunningDeskgate[] = [];
beforeAll(async () => {
  [desktop, browser, dataDirectory] = await Promise.all([
    startXvnc("crash-pw"),
    launchBrowser(),
    mkdtemp(join(tmpdir(), "deskgate-crash-")),
  ]);
});
afterAll(async () => {
  await browser?.close();
  for (const server of started) await server.stop();
  await desktop?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe("kill -9 of the server", () => {
  it("loses no setting, leaves no zombie session, and the viewer comes back by itself", async () => {
    const port = await freePort();
    const before = await startDeskgate({ port, dataDirectory, args: ["--no-demo"] });
    started.push(before);
    const administrator = await before.signIn();
    const { id: userId } = await administrator.call(ROUTES.getMe);
    await administrator.call(ROUTES.setMyPassword, { body: { newPassword: "correct horse battery" } });
    await administrator.addMachine({ name: "Survivor", port: desktop.port, password: "crash-pw", userId });
    const { page } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Survivor").click();
    await viewerState(page, "connected");
    const [sessionBefore] = (await administrator.call(ROUTES.listSessions)).items;
    expect(sessionBefore?.connections.map(({ state }) => state)).toEqual(["open"]);
    // Written a moment before the end: a setting that was answered must be there afterwards.
    await administrator.call(ROUTES.createGroup, { body: { name: "Written last" } });

    await before.peer.kill();
    await viewerState(page, "reconnecting");
    await expect
      .poll(() => page.getByTestId("reconnect-attempt").textContent(), { timeout: 10_000 })
      .toMatch(/[1-9]/);

    const after = await startDeskgate({ port, dataDirectory, args: ["--no-demo"] });
    started.push(after);
    await viewerState(page, "connected", 30_000);
    const picture = await fingerprintOf(page);
    await changesFrom(picture, () => fingerprintOf(page), { what: "the desktop after the restart" });

    const { items: sessions } = await administrator.call(ROUTES.listSessions);
    expect(sessions.map(({ id }) => id)).toEqual([sessionBefore?.id]);
    expect(sessions[0]?.connections.filter(({ state }) => state === "open")).toHaveLength(1);
    const lost = await administrator.call(ROUTES.getConnection, {
      id: sessionBefore?.connections[0]?.id ?? "",
    });
    expect(lost).toMatchObject({ state: "ended", endReason: "gateway_lost" });
    expect((await administrator.call(ROUTES.listGroups)).items.map(({ name }) => name)).toContain(
      "Written last",
    );
    expect((await administrator.call(ROUTES.listUsers)).items).toHaveLength(1);
    // The administrator has a password now, so no new way in is printed.
    expect(after.signInLink).toBe("");
  });
});

describe("an update of the server", () => {
  it.each([
    ["the viewer", "**/assets/viewer-page-*.js"],
    ["the desktop's protocol", "**/assets/surface-*.js"],
  ])(
    "that takes %s from a page that is open: the page is loaded anew, and the desktop shows",
    async (_, part) => {
      const server = await startDeskgate({ args: ["--no-demo"] });
      started.push(server);
      const administrator = await server.signIn();
      const { id: userId } = await administrator.call(ROUTES.getMe);
      await administrator.addMachine({ name: "Updated", port: desktop.port, password: "crash-pw", userId });
      const { page } = await openLaunchpad(browser, administrator);
      let missed = 0;
      let isOfBefore = true;
      page.on("request", (request) => {
        if (request.isNavigationRequest()) isOfBefore = false;
      });
      await page.route(part, async (route) => {
        if (!isOfBefore) return route.continue();
        missed += 1;
        return route.fulfill({ status: 404, contentType: "text/plain", body: "" });
      });
      await page.getByTestId("connect-Updated").click();
      await viewerState(page, "connected");
      expect(missed).toBeGreaterThan(0);
    },
  );
});
