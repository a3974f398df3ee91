/** An administrator speaks to a person in a session, in a real browser. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { startXvnc, type XvncDesktop } from "../testbed/xvnc.ts";

let desktop: XvncDesktop;
let browser: Browser;
let deskgate: RunningDeskgate;
beforeAll(async () => {
  [desktop, browser, deskgate] = await Promise.all([
    startXvnc("speak-pw"),
    launchBrowser(),
    startDeskgate({ args: ["--no-demo"] }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
  await desktop?.stop();
});

it("the viewer shows what an administrator says, as text and nothing else, until it is dismissed", async () => {
  const administrator = await deskgate.signIn();
  const { id: userId, client } = await administrator.addUser("ada");
  const poolId = await administrator.addMachine({
    name: "Loud",
    port: desktop.port,
    password: "speak-pw",
    userId,
  });
  const { page, problems } = await openLaunchpad(browser, client);
  await page.getByTestId("connect-Loud").click();
  await viewerState(page, "connected");
  const [session] = (await administrator.call(ROUTES.listSessions)).items;
  const { id = "" } = session ?? {};
  expect(session).toMatchObject({ state: "active", userName: "ada" });
  const text = '<img src=x onerror="alert(1)"> Please save your work.\nThe machine restarts at noon.';
  const desk = (await openLaunchpad(browser, administrator)).page;
  await choose(desk, /message/);
  await desk.getByRole("dialog").getByRole("textbox").fill(text);
  await desk.getByTestId("save").click();
  await desk.getByRole("dialog").waitFor({ state: "detached" });
  const notice = page.getByTestId("session-message");
  await notice.waitFor({ timeout: 15_000 });
  expect(await notice.textContent()).toContain(text);
  expect(await notice.locator("img").count()).toBe(0);
  const story = (await administrator.call(ROUTES.getSessionStory, { id })).items;
  expect(story.map(({ event }) => event)).toEqual([
    ...["claimed", "ticket_issued", "viewer_connected", "message_sent", "message_shown"],
  ]);
  await notice.getByRole("button").click();
  await notice.waitFor({ state: "detached" });
  // The person gives the desktop back, and the viewer says why it ended.
  await client.call(ROUTES.endDesktopSession, { id: poolId });
  await viewerState(page, "ended");
  expect(await page.textContent("body")).toContain("You ended this session.");
  expect((await administrator.call(ROUTES.listSessions)).items).toEqual([]);
  // They come back, and the administrator reads who would lose what before ending it.
  await page.getByRole("button", { name: "Connect again" }).click();
  await viewerState(page, "connected");
  await choose(desk, /Kill/);
  const facts = (await desk.getByRole("dialog").textContent()) ?? "";
  for (const fact of ["ada", "Loud", "1 viewer open"]) expect(facts).toContain(fact);
  await desk.getByTestId("confirm").click();
  await viewerState(page, "ended");
  expect(await page.textContent("body")).toContain("An administrator ended this session.");
  expect(problems).toEqual([]);
});

/** From the menu of the only session. */
async function choose(page: Page, action: RegExp): Promise<void> {
  await page.goto(`${deskgate.site}/sessions`);
  await page.getByTestId("session-state").and(page.locator('[data-state="active"]')).waitFor();
  await page.getByTestId("actions-ada").click();
  await page.getByRole("menuitem", { name: action }).click();
}
