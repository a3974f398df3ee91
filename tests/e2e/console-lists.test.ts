/** Lists of a large site: 10,000 users, of which the page draws what is in sight; and import from a file. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";

const USERS = 10_000;

let deskgate: RunningDeskgate;
let administrator: ApiClient;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [deskgate, browser] = await Promise.all([startDeskgate(), launchBrowser()]);
  administrator = await deskgate.signIn();
  page = (await openLaunchpad(browser, administrator)).page;
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
});

/** `name,displayName`, one row per user. */
function csvOfUsers(first: number, last: number): Buffer {
  const rows = Array.from({ length: last - first + 1 }, (_, at) => {
    const number = String(first + at).padStart(5, "0");
    return `user${number},User ${number}`;
  });
  return Buffer.from(["name,displayName", ...rows].join("\n"));
}

async function chooseFile(csv: Buffer): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles({
    name: "users.csv",
    mimeType: "text/csv",
    buffer: csv,
  });
}

it("an import shows what is wrong, row by row, and writes nothing", async () => {
  await page.goto(`${deskgate.site}/import`);
  await chooseFile(Buffer.from("name,displayName\nada,Ada\nBAD NAME!,Nobody\n"));
  await page.getByTestId("import-check").click();
  await page.getByRole("alert").waitFor();
  await expect.poll(() => page.getByRole("table").last().textContent()).toContain("3");
  expect(await page.getByTestId("import-apply").isDisabled()).toBe(true);
  expect((await administrator.call(ROUTES.listUsers)).items.map(({ name }) => name)).toEqual(["admin"]);
});

it("an import of 10,000 users is previewed and then written", async () => {
  await chooseFile(csvOfUsers(1, USERS));
  await page.getByTestId("import-check").click();
  await page.getByTestId("import-apply").click();
  await page.getByText("Imported.").waitFor({ timeout: 90_000 });
});

it("of 10,000 rows the page draws those in sight, to the last one", async () => {
  await page.goto(`${deskgate.site}/users`);
  const rows = page.locator("tr[data-index]");
  await rows.first().waitFor();
  await page.getByText("10,001 rows").waitFor();
  expect(await rows.count()).toBeLessThan(60);
  await rows.first().focus();
  // End leads to the last row that is there, and calls for more.
  await page.keyboard.press("End");
  await page.locator('tr[data-index="199"]').waitFor();
  expect(await rows.count()).toBeLessThan(60);
});

it("a search and an order are the server's, and stand in the address", async () => {
  await page.getByRole("searchbox").fill("user 0777");
  await page.getByText("10 rows").waitFor();
  const header = page.locator("th").getByRole("button", { name: "User", exact: true });
  await header.click();
  await page.locator('th[aria-sort="ascending"]').waitFor();
  await header.click();
  await page.locator('th[aria-sort="descending"]').waitFor();
  await expect.poll(() => page.locator('tr[data-index="0"]').textContent()).toContain("User 07779");
  const address = page.url();
  expect(address).toContain("q=user");
  await page.goto("about:blank");
  await page.goto(address);
  await expect.poll(() => page.locator('tr[data-index="0"]').textContent()).toContain("User 07779");
});

it("many rows are deleted at once, after their names were shown", async () => {
  await page.getByLabel("Select all rows").click();
  await page.getByTestId("delete-selected").click();
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.textContent()).toContain("Delete 10 users?");
  expect(await dialog.textContent()).toContain("User 07779");
  await page.getByTestId("confirm").click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Nothing matches the filter.").waitFor();
});
