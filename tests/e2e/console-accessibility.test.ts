/** The console for everyone: every page by axe in light and dark, and the way around with the keyboard alone. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../testbed/accessibility.ts";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";

const PAGES = [
  "/",
  "/overview",
  "/sessions",
  "/history",
  "/machines",
  "/pools",
  "/access",
  "/policies",
  "/zones",
  "/users",
  "/groups",
  "/roles",
  "/import",
  "/explain",
  "/audit",
  "/tokens",
  "/settings",
  "/gateways",
  "/all-tokens",
  "/about",
];

let deskgate: RunningDeskgate;
let administrator: ApiClient;
let browser: Browser;

beforeAll(async () => {
  [deskgate, browser] = await Promise.all([startDeskgate(), launchBrowser()]);
  administrator = await deskgate.signIn();
  const { id: userId } = await administrator.call(ROUTES.getMe);
  const { id } = await administrator.addUser("ada");
  await administrator.call(ROUTES.createGroup, { body: { name: "Chemistry", memberIds: [id] } });
  await administrator.addMachine({ name: "Lab 1", port: 5900, userId });
  await administrator.call(ROUTES.createRole, { body: { name: "Reader", permissions: ["users.read"] } });
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
});

/** Where the keyboard is, as a person would say it. */
function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent ?? "").trim()`,
  );
}

/** What the browser itself tells a screen reader, which layout can change. */
async function rolesOf(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  return nodes.map(({ role }) => String(role?.value));
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it("no page has a serious finding, nor breaks the content policy", async () => {
    const { page, problems } = await openLaunchpad(browser, administrator);
    await page.emulateMedia({ colorScheme });
    const found: string[] = [];
    for (const path of PAGES) {
      await page.goto(`${deskgate.site}${path}`);
      await page.locator("h1").waitFor();
      await page.locator('[aria-label="Loading"]').waitFor({ state: "detached" });
      found.push(...(await seriousFindings(page)).map((finding) => `${path} ${finding}`));
    }
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe("on a phone", () => {
  /** What reaches beyond the window, and lists that one would have to push sideways to read. */
  const TOO_WIDE = `[
    ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
    ...[...document.querySelectorAll(".dg-table-scroll")]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(() => "its list"),
  ]`;

  it("every page stands in the window whole, and a row of a list is still a row", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    await page.setViewportSize({ width: 390, height: 844 });
    const found: string[] = [];
    for (const path of PAGES) {
      await page.goto(`${deskgate.site}${path}`);
      await page.locator("h1").waitFor();
      await page.locator('[aria-label="Loading"]').waitFor({ state: "detached" });
      found.push(...(await page.evaluate<string[]>(TOO_WIDE)).map((what) => `${path} ${what}`));
      found.push(...(await seriousFindings(page)).map((finding) => `${path} ${finding}`));
    }
    expect(found).toEqual([]);
    await page.goto(`${deskgate.site}/users`);
    await page.getByRole("row", { name: /^Select ada/ }).waitFor();
    expect(await rolesOf(page)).toEqual(expect.arrayContaining(["table", "row", "cell", "columnheader"]));
    await page.getByRole("button", { name: "Last sign-in" }).click();
    await page.waitForURL(/sort=/);
    await page.context().close();
  });
});

describe("with the keyboard alone", () => {
  it("the first key press offers to skip the navigation", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${deskgate.site}/users`);
    await page.locator("h1").waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate<string>("document.activeElement.id")).toBe("content");
    await page.context().close();
  });

  it("arrow keys go from row to row, and what Enter opens gives the focus back", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${deskgate.site}/users`);
    await page.locator('tr[data-index="0"]').focus();
    await page.keyboard.press("ArrowDown");
    const row = () => page.evaluate<string>(`document.activeElement.dataset.index ?? ""`);
    expect(await row()).toBe("1");
    await page.keyboard.press("Home");
    expect(await row()).toBe("0");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    // Whatever Tab does, it stays inside.
    for (let presses = 0; presses < 20; presses++) await page.keyboard.press("Tab");
    expect(await page.evaluate<boolean>(`!!document.activeElement.closest('[role="dialog"]')`)).toBe(true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(row).toBe("0");
    await page.context().close();
  });
});

describe("in another language", () => {
  it("the page speaks what was chosen in the user menu, and goes on doing so", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    await page.goto(`${deskgate.site}/users`);
    await page.getByTestId("user-menu").click();
    await page.getByText("Deutsch").click();
    await page.getByRole("heading", { name: "Benutzer", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    await page.goto(`${deskgate.site}/machines`);
    await page.getByRole("heading", { name: "Maschinen", level: 1 }).waitFor();
    await page.context().close();
  });
});
