/** The pages by which a site is looked after, without a mouse: settings, about, gateways, everyone's API tokens. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningBroker, type RunningGateway, startBroker, startGateway } from "../testbed/deskgate.ts";
import { Keyboard } from "../testbed/keyboard.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";

const MONTH_MS = 30 * 86_400_000;

let folder: string;
let broker: RunningBroker;
let gateway: RunningGateway;
let administrator: ApiClient;
let browser: Browser;
let page: Page;
let keyboard: Keyboard;

/** Only a broker of its own takes gateways that bring a code. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-keyboard-"));
  [browser, broker] = await Promise.all([
    launchBrowser(),
    startBroker({ linkPort: await freePort(), dataDirectory: join(folder, "broker") }),
  ]);
  const dataDirectory = await mkdtemp(join(folder, "gateway-"));
  gateway = await startGateway({ broker, port: await freePort(), dataDirectory });
  administrator = await ApiClient.bySignInLink(gateway.site, `${gateway.site}${broker.signInPath}`);
  ({ page } = await openLaunchpad(browser, administrator));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  keyboard = new Keyboard(page);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.peer.stop();
  await broker?.peer.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await page.goto(gateway.site);
  await page.getByRole("heading", { level: 1 }).waitFor();
});

const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
const brand = (name: string) => page.locator(".dg-brand", { hasText: name }).waitFor();
const siteName = () => page.getByLabel("Name of the site").inputValue();

describe("on the page of settings, with a keyboard alone", () => {
  beforeEach(async () => {
    await keyboard.visit("Settings");
    await keyboard.reach("Name of the site");
  });

  it("a setting is changed and saved, and the focus is where it was", async () => {
    await keyboard.replace("Plant North");
    await keyboard.press("Enter");
    await brand("Plant North");
    await keyboard.arrivesAt("Name of the site");
    await keyboard.replace("Plant South");
    await keyboard.reach("Save changes");
    await keyboard.press("Enter");
    await brand("Plant South");
    await keyboard.arrivesAt("Name of the site");
  });

  it("changes of every kind are made, and taken back", async () => {
    await keyboard.reach("Language of the console");
    await keyboard.press("ArrowDown");
    await keyboard.reach("Show an announcement to everyone who is signed in");
    await keyboard.press("Space");
    await keyboard.reach("Announcement");
    await keyboard.type("Down at six");
    await keyboard.reach("Information");
    await keyboard.press("ArrowRight");
    await keyboard.arrivesAt("Warning");
    await keyboard.reach("Ended sessions");
    await keyboard.replace("30");
    await keyboard.reach("Revert");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Ended sessions");
    expect(await page.getByLabel("Ended sessions").inputValue()).not.toContain("30");
    expect(await page.getByRole("switch").isChecked()).toBe(false);
  });

  it("whoever leaves with unsaved changes is asked, stays, and finds them", async () => {
    const before = await siteName();
    await keyboard.replace("Not saved");
    await keyboard.reach("Gateways");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Stay here");
    await keyboard.submit();
    await keyboard.arrivesAt("Gateways");
    expect(await siteName()).toBe("Not saved");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Stay here");
    await keyboard.reach("Leave without saving");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Gateways" }).waitFor();
    await keyboard.visit("Settings");
    await keyboard.reach("Name of the site");
    expect(await siteName()).toBe(before);
  });
});

describe("on the page about the program, with a keyboard alone", () => {
  it("what helpers ask for is copied, and a link leads to the gateways", async () => {
    await keyboard.visit("About", "About Deskgate");
    await keyboard.reach("Copy diagnostics");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Copied");
    expect(await copied()).toContain("Deskgate");
    // The first of that name after the button: the heading of their part.
    await keyboard.reach("Gateways");
    await keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Gateways" }).waitFor();
  });
});

describe("on the page of gateways, with a keyboard alone", () => {
  beforeEach(() => keyboard.visit("Gateways"));

  it("a code is made and copied, the gateway joins by it, is renamed, and removed", async () => {
    await keyboard.openForm("Add a gateway", "Name");
    await keyboard.type("north");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Copy: Command");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Copied: Command");
    expect(await copied()).toContain("deskgate gateway --broker ");
    await keyboard.reach("Copy: Code, which it asks for");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Copied: Code, which it asks for");
    const dataDirectory = await mkdtemp(join(folder, "gateway-"));
    const north = await startGateway({ broker, port: await freePort(), dataDirectory, code: await copied() });
    await keyboard.arrivesAt("Done");
    await keyboard.submit();
    await keyboard.arrivesAt("Add a gateway");
    await keyboard.reach("Actions for north");
    await keyboard.chooseFromMenu("Edit");
    await keyboard.arrivesAt("Name");
    await keyboard.replace("plant north");
    await keyboard.submit();
    await keyboard.arrivesAt("Actions for plant north");
    await keyboard.chooseFromMenu("Remove");
    await keyboard.arrivesAt("Cancel");
    await keyboard.submit();
    await keyboard.arrivesAt("Actions for plant north");
    await keyboard.chooseFromMenu("Remove");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("Remove gateway");
    await keyboard.submit();
    await page.getByRole("row", { name: /plant north/ }).waitFor({ state: "detached" });
    await staysInTable();
    await north.peer.stop();
  });

  it("a code that nobody uses is left with Escape, to the button it was asked for with", async () => {
    await keyboard.openForm("Add a gateway", "Name");
    await keyboard.type("south");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Copy: Command");
    await keyboard.press("Escape");
    await keyboard.dialog().waitFor({ state: "detached" });
    await keyboard.arrivesAt("Add a gateway");
  });
});

describe("on the page of everyone's API tokens, with a keyboard alone", () => {
  it("the tokens of one person are listed, and one of them is withdrawn", async () => {
    const { client } = await administrator.addUser("ada");
    const expiresAt = new Date(Date.now() + MONTH_MS).toISOString();
    for (const name of ["nightly", "weekly"])
      await client.call(ROUTES.createMyToken, { body: { name, scopes: ["*"], expiresAt } });
    await administrator.call(ROUTES.createMyToken, { body: { name: "backup", scopes: ["*"], expiresAt } });
    await keyboard.visit("API tokens", "API tokens of everyone");
    await page.getByRole("row", { name: /^backup/ }).waitFor();
    await keyboard.reach("ada");
    await keyboard.press("Enter");
    await page.getByRole("row", { name: /^backup/ }).waitFor({ state: "detached" });
    await keyboard.reach("Withdraw nightly");
    await keyboard.lookInto();
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("Withdraw");
    await keyboard.submit();
    await page.getByRole("row", { name: /^nightly/ }).waitFor({ state: "detached" });
    await staysInTable();
    await keyboard.reach("Withdraw weekly");
    await keyboard.press("Enter");
    await keyboard.arrivesAt("Cancel");
    await keyboard.reach("Withdraw");
    await keyboard.submit();
    await page.getByRole("row", { name: /^weekly/ }).waitFor({ state: "detached" });
    // Where nothing is left to be on, the page itself has the focus: the next Tab leads into it, not past the navigation.
    await page.locator("#content:focus").waitFor();
  });
});

/** What had the focus is gone; the row that took its place has it. */
async function staysInTable(): Promise<void> {
  await page.locator("tr[data-index]:focus").waitFor();
}
