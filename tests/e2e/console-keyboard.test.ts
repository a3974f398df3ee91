/** The console without a mouse: signing in, one's desktops, and the administration; `site-keyboard` has the rest. */
import { ROUTES } from "@deskgate/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, openPage, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { Keyboard } from "../testbed/keyboard.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";

/** The button shows initials before it says what it is. */
const ACCOUNT = "ADAccount menu of Administrator";
const PASSWORD = "correct horse battery";

let deskgate: RunningDeskgate;
let administrator: ApiClient;
let browser: Browser;
let poolId: string;
let keyboard: Keyboard;

beforeAll(async () => {
  [deskgate, browser] = await Promise.all([startDeskgate(), launchBrowser()]);
  administrator = await deskgate.signIn();
  await administrator.call(ROUTES.setMyPassword, { body: { newPassword: PASSWORD } });
  const { id: userId } = await administrator.call(ROUTES.getMe);
  await administrator.addUser("ada");
  poolId = await administrator.addMachine({ name: "Lab 1", port: 5_900, userId });
  const { page } = await openPage(browser);
  keyboard = new Keyboard(page);
  await page.goto(`${deskgate.site}/users`);
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
});

/** By the menu of a row: once left with Escape, once gone through with. */
async function remove(name: string, action: string): Promise<void> {
  const menu = `Actions for ${name}`;
  await keyboard.reach(menu);
  await keyboard.chooseFromMenu("Delete");
  await keyboard.arrivesAt("Cancel");
  await keyboard.press("Escape");
  await keyboard.dialog().waitFor({ state: "detached" });
  await keyboard.arrivesAt(menu);
  await keyboard.chooseFromMenu("Delete");
  await keyboard.arrivesAt("Cancel");
  await keyboard.reach(action);
  await keyboard.submit();
  await keyboard.page.getByRole("button", { name: menu, exact: true }).waitFor({ state: "detached" });
  await keyboard.isStillOnThePage();
}

/** Types into a field that offers what fits, and takes the first. */
async function pick(typed: string, offered: string): Promise<void> {
  await keyboard.type(typed);
  await keyboard.page.getByRole("option", { name: offered }).waitFor();
  await keyboard.press("ArrowDown", "Enter");
}

describe("with a keyboard alone", () => {
  it("one signs in, and comes to the page that was asked for", async () => {
    await keyboard.arrivesAt("Name");
    await keyboard.type("admin");
    await keyboard.reach("Password");
    await keyboard.type("wrong");
    await keyboard.press("Enter");
    await keyboard.page.getByRole("alert").waitFor();
    // What was wrong is selected, so that typing replaces it.
    await keyboard.arrivesAt("Password");
    await keyboard.type(PASSWORD);
    await keyboard.press("Enter");
    await keyboard.page.getByRole("heading", { level: 1, name: "Users" }).waitFor();
  });

  it("a desktop is made a favourite, opened, and its session ended", async () => {
    const { page } = keyboard;
    await keyboard.visit("My desktops");
    await keyboard.reach("Make Demo desktop a favourite");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Demo desktop is a favourite; take it off");
    await keyboard.reach("Connect to Demo desktop");
    await keyboard.press("Enter");
    await viewerState(page, "connected");
    await page.goto(deskgate.site);
    await keyboard.reach("Other ways to connect to Demo desktop");
    await keyboard.chooseFromMenu("End session");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("End session");
    await keyboard.submit();
  });
});

describe("on the pages of the administration, with a keyboard alone", () => {
  beforeAll(async () => {
    keyboard = new Keyboard((await openLaunchpad(browser, administrator)).page);
  });
  beforeEach(async () => {
    await keyboard.page.goto(deskgate.site);
    await keyboard.page.getByRole("heading", { level: 1 }).waitFor();
  });

  it("live sessions are looked into, spoken to and ended", async () => {
    await administrator.call(ROUTES.connectDesktop, { id: poolId, body: {} });
    await keyboard.visit("Live sessions");
    const menu = "Actions for admin";
    await keyboard.reach(menu);
    await keyboard.chooseFromMenu("Story");
    await keyboard.dialog().waitFor();
    await keyboard.press("Escape");
    await keyboard.arrivesAt(menu);
    await keyboard.chooseFromMenu("Send a message");
    await keyboard.arrivesAt("What they should read");
    await keyboard.type("Back in five minutes");
    await keyboard.reach("Send");
    await keyboard.submit();
    await keyboard.arrivesAt(menu);
    await keyboard.chooseFromMenu("Kill");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("Kill session");
    await keyboard.submit();
    await keyboard.page.getByText("Nobody is connected").waitFor();
    await keyboard.visit("History");
    await keyboard.page.locator('tr[data-index="0"]').waitFor();
    await toFirstRow();
    await keyboard.lookInto();
  });

  it("the overview is read, and leads on", async () => {
    await keyboard.visit("Overview");
    await keyboard.reach("0");
    await keyboard.press("Enter");
    await keyboard.page.getByRole("heading", { level: 1, name: "Live sessions" }).waitFor();
  });

  it("a user is added and deleted, and a row is opened", async () => {
    await keyboard.visit("Users");
    await keyboard.openForm("Add user", "Name");
    await keyboard.type("kim");
    await keyboard.reach("Password");
    await keyboard.type(PASSWORD);
    await keyboard.submit();
    await toFirstRow();
    await keyboard.press("Enter");
    await keyboard.dialog().waitFor();
    await keyboard.reach("Close");
    await keyboard.submit();
    await remove("kim", "Delete user");
  });

  it("a group is added with a member, and deleted", async () => {
    await keyboard.visit("Groups");
    await keyboard.openForm("Add group", "Name");
    await keyboard.type("Chemistry");
    await keyboard.press("Tab");
    await pick("ada", "ada");
    await keyboard.reach("Add group");
    await keyboard.submit();
    await keyboard.page.getByRole("row", { name: "Chemistry ada" }).waitFor();
    await remove("Chemistry", "Delete group");
  });

  it("a role is added with a permission, and deleted", async () => {
    await keyboard.visit("Roles");
    await keyboard.openForm("Add role", "Name");
    await keyboard.type("Reader");
    await keyboard.reach("See users and roles.");
    await keyboard.press("Space");
    await keyboard.reach("Add role");
    await keyboard.submit();
    await remove("Reader", "Delete role");
  });

  it("a machine is added and deleted", async () => {
    await keyboard.visit("Machines");
    await keyboard.openForm("Add machine", "Name");
    await keyboard.type("Lab 2");
    await keyboard.reach("Host");
    await keyboard.type("192.0.2.7");
    await keyboard.submit();
    await remove("Lab 2", "Delete machine");
  });

  it("a pool of another kind is added with a machine, and deleted", async () => {
    await keyboard.visit("Pools");
    await keyboard.openForm("Add pool", "Name");
    await keyboard.type("Lab");
    await keyboard.press("Tab", "Tab", "ArrowRight");
    await keyboard.page.getByText("The first use binds a machine to a person").waitFor();
    await keyboard.press("Tab");
    await pick("Lab 1", "Lab 1");
    await keyboard.reach("Add pool");
    await keyboard.submit();
    await remove("Lab", "Delete pool");
  });

  it("access is given, looked into, taken away, and given back", async () => {
    const { page } = keyboard;
    await keyboard.visit("Access");
    await keyboard.reach("Add people to Lab 1");
    await keyboard.press("Enter");
    await pick("ada", "ada");
    const terms = "ada (ada): when and how they may use Lab 1";
    await page.getByRole("button", { name: terms }).waitFor();
    await keyboard.press("Escape");
    await keyboard.reach(terms);
    await keyboard.lookInto();
    await keyboard.reach("Take Lab 1 away from ada (ada)");
    await keyboard.press("Enter");
    await page.getByRole("button", { name: terms }).waitFor({ state: "detached" });
    await keyboard.reach("Undo");
    await keyboard.press("Enter");
    await page.getByRole("button", { name: terms }).waitFor();
  });

  it("a policy is added and deleted, and one that is in force explained", async () => {
    await keyboard.visit("Policies");
    await keyboard.openForm("Add policy", "Name");
    await keyboard.type("Strict");
    await keyboard.reach("Clipboard to the machine");
    await keyboard.press("ArrowDown", "ArrowDown");
    await keyboard.reach("Add policy");
    await keyboard.submit();
    await keyboard.page.getByRole("row", { name: "Strict Clipboard to the machine: Forbidden" }).waitFor();
    await remove("Strict", "Delete policy");
    await keyboard.reach("Person");
    await pick("ada", "ada");
    await keyboard.reach("Pool");
    await pick("Lab 1", "Lab 1");
    await keyboard.page.getByText("nobody says anything else").first().waitFor();
  });

  it("a zone is added and deleted", async () => {
    await keyboard.visit("Zones");
    await keyboard.openForm("Add zone", "Name");
    await keyboard.type("North");
    await keyboard.reach("Save");
    await keyboard.submit();
    await remove("North", "Delete zone");
  });

  it("a file is chosen, tried and imported", async () => {
    const { page } = keyboard;
    // The browser hands its dialog over some moments after it was asked to; a key is pressed sooner.
    const asked = page.waitForEvent("filechooser");
    await keyboard.visit("Import");
    await keyboard.reach("Choose files");
    await keyboard.press("Enter");
    const buffer = Buffer.from("name,displayName\neve,Eve\n");
    await (await asked).setFiles({ name: "users.csv", mimeType: "text/csv", buffer });
    await keyboard.reach("Check without writing");
    await keyboard.press("Enter");
    await page.getByText("Everything is in order.").waitFor();
    await keyboard.reach("Import 1 change");
    await keyboard.press("Enter");
    await page.getByText("Imported.").waitFor();
  });

  it("it is found out why somebody cannot connect", async () => {
    await keyboard.visit("Why can’t they connect?");
    await keyboard.reach("Person");
    await pick("ada", "ada");
    await keyboard.reach("Desktop or pool");
    await pick("Lab 1", "Lab 1");
    await keyboard.reach("Walk the way");
    await keyboard.press("Enter");
    await keyboard.page.getByText("Trying the machine").waitFor();
  });

  it("the audit is searched, and an entry opened", async () => {
    const { page } = keyboard;
    await keyboard.visit("Audit");
    await page.locator('tr[data-index="0"]').waitFor();
    await keyboard.press("/");
    await keyboard.type("zone.created");
    await page.getByText("1 row", { exact: true }).waitFor();
    await toFirstRow();
    await keyboard.lookInto();
  });

  it("a token is made and withdrawn, and one signs out", async () => {
    const { page } = keyboard;
    await keyboard.reach(ACCOUNT);
    await keyboard.chooseFromMenu("My API tokens");
    await page.getByRole("heading", { level: 1, name: "My API tokens" }).waitFor();
    await keyboard.openForm("Make a token", "Name");
    await keyboard.type("nightly");
    await keyboard.press("Enter");
    await page.getByText("It is shown only now.").waitFor();
    await keyboard.press("Escape");
    await keyboard.dialog().waitFor({ state: "detached" });
    await keyboard.reach("Withdraw nightly");
    await keyboard.lookInto();
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("Withdraw");
    await keyboard.press("Enter");
    await page.getByText("No API tokens").waitFor();
    await page.goto(deskgate.site);
    await keyboard.reach(ACCOUNT);
    await keyboard.chooseFromMenu("Sign out");
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(page.url()).toContain("/sign-in");
  });
});

/** One row of a table is on the way of Tab. */
async function toFirstRow(): Promise<void> {
  const { page } = keyboard;
  const isRow = () => page.evaluate<boolean>(`document.activeElement.matches("tr[data-index]")`);
  for (let presses = 0; presses < 100; presses++) {
    await keyboard.press("Tab");
    if (await isRow()) return;
  }
  throw new Error("no way leads to a row");
}
