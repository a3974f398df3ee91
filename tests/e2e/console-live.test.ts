/** Two administrators at once: lists keep up without being lost, and nobody's change goes under unnoticed. */
import { API_PREFIX, ROUTES } from "@deskgate/contract";
import type { Browser, Locator, Page, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApiClient, ApiFailure } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";

const USERS = 150;

let deskgate: RunningDeskgate;
/** The other one, who has no browser. */
let other: ApiClient;
let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [deskgate, browser] = await Promise.all([startDeskgate({ args: ["--no-demo"] }), launchBrowser()]);
  other = await deskgate.signIn();
  const rows = Array.from({ length: USERS }, (_, at) => `user${String(at).padStart(3, "0")},User ${at}`);
  const users = ["name,displayName", ...rows].join("\n");
  const imported = await other.send("POST", `${API_PREFIX}/imports?kind=site&dryRun=false`, { users });
  if (imported.status !== 200) throw new ApiFailure(imported);
  ({ page, problems } = await openLaunchpad(browser, other));
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
});

async function userCalled(name: string) {
  const [user] = (await other.call(ROUTES.listUsers, { query: `?q=${name}` })).items;
  if (!user) throw new Error(`no user ${name}`);
  return user;
}

/** The other administrator gives a user another display name. */
async function renameElsewhere(name: string, displayName: string): Promise<void> {
  const { id } = await userCalled(name);
  await other.call(ROUTES.updateUser, { id, body: { displayName } });
}

async function openUser(name: string): Promise<Locator> {
  await page.goto(`${deskgate.site}/users?q=${name}`);
  // A click on the row is enough.
  await page.locator('tr[data-index="0"]').getByText(name, { exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return dialog;
}

it("a list shows what somebody else did, and stays where it was, with what was selected", async () => {
  await page.goto(`${deskgate.site}/users?sort=name`);
  const row = page.locator("tr[data-index]", { hasText: "user120" });
  const scroller = page.locator(".dg-table-scroll");
  await page.locator('tr[data-index="0"]').waitFor();
  await expect
    .poll(async () => {
      await scroller.evaluate(
        (element) => ((element as unknown as { scrollTop: number }).scrollTop = 120 * 49),
      );
      return row.count();
    })
    .toBe(1);
  await row.getByRole("checkbox").check();
  const scrolled = () =>
    scroller.evaluate((element) => (element as unknown as { scrollTop: number }).scrollTop);
  const before = await scrolled();
  expect(before).toBeGreaterThan(2_000);
  await renameElsewhere("user120", "Somebody new");
  await row.getByText("Somebody new").waitFor();
  expect(await scrolled()).toBe(before);
  expect(await row.getByRole("checkbox").isChecked()).toBe(true);
});

it("a change that rests on an old version is not written, and theirs can be looked at first", async () => {
  const dialog = await openUser("user007");
  const shown = dialog.getByLabel("Display name");
  await renameElsewhere("user007", "Theirs");
  await shown.fill("Mine");
  await dialog.getByTestId("save").click();
  await dialog.getByTestId("collision").waitFor();
  expect(await dialog.getByTestId("save").isDisabled()).toBe(true);
  expect((await userCalled("user007")).displayName).toBe("Theirs");
  await dialog.getByTestId("show-theirs").click();
  await dialog.getByTestId("theirs-shown").waitFor();
  expect(await shown.inputValue()).toBe("Theirs");
  await dialog.getByTestId("back-to-mine").click();
  expect(await shown.inputValue()).toBe("Mine");
  await dialog.getByTestId("save").click();
  await dialog.waitFor({ state: "detached" });
  expect((await userCalled("user007")).displayName).toBe("Mine");
});

it("or mine is written over it, but not over a third change", async () => {
  const dialog = await openUser("user008");
  await renameElsewhere("user008", "Theirs");
  await dialog.getByLabel("Display name").fill("Mine");
  await dialog.getByTestId("save").click();
  await dialog.getByTestId("collision").waitFor();
  // Between looking at theirs and writing, somebody is quicker once more.
  const getBefore = async (route: Route): Promise<void> => {
    const response = await route.fetch();
    await renameElsewhere("user008", "Third");
    await route.fulfill({ response });
  };
  await page.route(`**${API_PREFIX}/users/*`, getBefore, { times: 1 });
  const refused = page.waitForResponse((response) => response.status() === 412);
  await dialog.getByTestId("overwrite-theirs").click();
  await refused;
  expect((await userCalled("user008")).displayName).toBe("Third");
  await dialog.getByTestId("collision").waitFor();
  await dialog.getByTestId("overwrite-theirs").click();
  await dialog.waitFor({ state: "detached" });
  expect((await userCalled("user008")).displayName).toBe("Mine");
  expect(problems).toEqual([]);
});

/** What is edited from its list, where it has no address of its own. */
const LISTED = [
  {
    page: "/zones",
    make: () => other.call(ROUTES.createZone, { body: { name: "Before" } }),
    renameElsewhere: (id: string) => other.call(ROUTES.updateZone, { id, body: { name: "Theirs" } }),
    read: (id: string) => other.call(ROUTES.getZone, { id }),
  },
  {
    page: "/policies",
    make: () => other.call(ROUTES.createPolicy, { body: { name: "Before" } }),
    renameElsewhere: (id: string) => other.call(ROUTES.updatePolicy, { id, body: { name: "Theirs" } }),
    read: (id: string) => other.call(ROUTES.getPolicy, { id }),
  },
  {
    page: "/roles",
    make: () => other.call(ROUTES.createRole, { body: { name: "Before", permissions: [] } }),
    renameElsewhere: (id: string) => other.call(ROUTES.updateRole, { id, body: { name: "Theirs" } }),
    read: (id: string) => other.call(ROUTES.getRole, { id }),
  },
];

it.each(LISTED)("nor is one of $page", async (listed) => {
  const { id } = await listed.make();
  await page.goto(`${deskgate.site}${listed.page}`);
  await page.getByTestId("actions-Before").click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog");
  const name = dialog.getByLabel("Name", { exact: true });
  await name.waitFor();
  await listed.renameElsewhere(id);
  await name.fill("Mine");
  await dialog.getByTestId("save").click();
  await dialog.getByTestId("show-theirs").click();
  await expect.poll(() => name.inputValue()).toBe("Theirs");
  await dialog.getByTestId("back-to-mine").click();
  await dialog.getByTestId("save").click();
  await dialog.waitFor({ state: "detached" });
  expect(await listed.read(id)).toMatchObject({ name: "Mine", version: 3 });
  expect(problems).toEqual([]);
});

it.each(LISTED)("nor is anything of $page removed that somebody else changed meanwhile", async (listed) => {
  const { id } = await listed.make();
  await page.goto(`${deskgate.site}${listed.page}`);
  await page.getByTestId("actions-Before").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await listed.renameElsewhere(id);
  await dialog.getByTestId("confirm").click();
  await dialog.getByText("Someone changed this meanwhile").waitFor();
  expect(await listed.read(id)).toMatchObject({ name: "Theirs" });
  // What is there now was seen; that may go.
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByTestId("actions-Theirs").click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await dialog.getByTestId("confirm").click();
  await dialog.waitFor({ state: "detached" });
  await expect(listed.read(id)).rejects.toMatchObject({ status: 404 });
});
