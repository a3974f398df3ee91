/** The pages by which a site is looked after: settings and what they do, gateways that join, everyone's tokens, about. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../testbed/accessibility.ts";
import { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, openPage } from "../testbed/browser.ts";
import { type RunningBroker, type RunningGateway, startBroker, startGateway } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";

let folder: string;
let broker: RunningBroker;
let gateway: RunningGateway;
let administrator: ApiClient;
let ada: Awaited<ReturnType<ApiClient["addUser"]>>;
let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deskgate-site-"));
  [browser, broker] = await Promise.all([
    launchBrowser(),
    startBroker({ linkPort: await freePort(), dataDirectory: join(folder, "broker") }),
  ]);
  const dataDirectory = await mkdtemp(join(folder, "gateway-"));
  gateway = await startGateway({ broker, port: await freePort(), dataDirectory });
  administrator = await ApiClient.bySignInLink(gateway.site, `${gateway.site}${broker.signInPath}`);
  ada = await administrator.addUser("ada");
  ({ page, problems } = await openLaunchpad(browser, administrator));
});
afterAll(async () => {
  await browser?.close();
  await gateway?.peer.stop();
  await broker?.peer.stop();
  await rm(folder, { recursive: true, force: true });
});

async function open(path: string, title: string): Promise<void> {
  await page.goto(`${gateway.site}${path}`);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
  await page.locator('[aria-label="Loading"]').waitFor({ state: "detached" });
}

const siteName = () => page.getByLabel("Name of the site");
const save = () => page.getByTestId("save").click();

describe("settings", () => {
  it("say what is wrong at its field, and are taken back as a whole", async () => {
    await open("/settings", "Settings");
    await siteName().fill(" ");
    await page.getByLabel("Ended sessions").fill("0");
    await save();
    await page.getByText("Enter a name.").waitFor();
    await page.getByText("Keep it for a day at least.").waitFor();
    await page.getByTestId("revert").click();
    expect(await siteName().inputValue()).toBe("Deskgate");
    await page.getByTestId("save").waitFor({ state: "detached" });
  });

  it("are not lost by a link: the page asks first", async () => {
    await siteName().fill("Plant <b>North</b>");
    await page.locator('.dg-nav a[href="/gateways"]').click();
    await page.getByRole("button", { name: "Stay here" }).click();
    expect(await siteName().inputValue()).toBe("Plant <b>North</b>");
    await page.locator('.dg-nav a[href="/gateways"]').click();
    await page.getByTestId("leave").click();
    await page.getByRole("heading", { level: 1, name: "Gateways" }).waitFor();
    await open("/settings", "Settings");
    expect(await siteName().inputValue()).toBe("Deskgate");
  });

  it("name the site in the head, the tab and on the sign-in page, and tell people what they must know", async () => {
    await siteName().fill("Plant <b>North</b>");
    await page.getByLabel("Notice on the sign-in page").fill("Authorised <i>use</i> only.\nHelp: 1234");
    await page.getByRole("switch").click();
    await page.getByLabel("Announcement", { exact: true }).fill("Down at six.");
    await page.getByText("Warning", { exact: true }).click();
    await save();
    await page.getByRole("region", { name: "Announcement" }).getByText("Down at six.").waitFor();
    expect(await page.locator(".dg-brand").textContent()).toBe("Plant <b>North</b>");
    expect(await page.title()).toBe("Settings · Plant <b>North</b>");
    const stranger = await openPage(browser);
    await stranger.page.goto(`${gateway.site}/sign-in`);
    await stranger.page.getByText("Authorised <i>use</i> only.").waitFor();
    expect(await stranger.page.locator(".dg-entrance-brand").textContent()).toBe("Plant <b>North</b>");
    expect(await stranger.page.title()).toBe("Sign in · Plant <b>North</b>");
    expect([...stranger.problems, ...(await seriousFindings(stranger.page))]).toEqual([]);
    await stranger.page.context().close();
  });

  it("show everyone the announcement until they put it away, and again at the next sign-in", async () => {
    const { page: theirs, problems: troubles } = await openPage(browser);
    const signIn = async () => {
      await theirs.goto(`${gateway.site}/sign-in`);
      await theirs.getByLabel("Name").fill("ada");
      await theirs.getByLabel("Password", { exact: true }).fill(ada.password);
      await theirs.getByRole("button", { name: "Sign in" }).click();
      await theirs.getByText("Down at six.").waitFor();
    };
    await signIn();
    await theirs.getByRole("button", { name: "Hide this announcement" }).click();
    await theirs.getByText("Down at six.").waitFor({ state: "detached" });
    await theirs.reload();
    await theirs.locator("h1").waitFor();
    expect(await theirs.getByText("Down at six.").count()).toBe(0);
    await signIn();
    expect(troubles).toEqual([]);
    await theirs.context().close();
  });

  it("of two people who change them at once, the second is told and may save over it", async () => {
    await open("/settings", "Settings");
    await siteName().fill("Mine");
    await administrator.call(ROUTES.updateSettings, { body: { siteName: "Theirs", keepSessionsDays: 30 } });
    await save();
    await page.getByText("Somebody else changed the settings meanwhile").waitFor();
    await page.getByTestId("overwrite").click();
    await page.locator(".dg-brand", { hasText: "Mine" }).waitFor();
    expect(await administrator.call(ROUTES.getSettings)).toMatchObject({
      siteName: "Mine",
      keepSessionsDays: 30,
    });
  });

  it("decide the language of who has chosen none", async () => {
    await administrator.call(ROUTES.updateSettings, { body: { language: "de" } });
    const stranger = await openPage(browser);
    await stranger.page.goto(`${gateway.site}/sign-in`);
    await stranger.page.getByRole("heading", { name: "Anmelden" }).waitFor();
    await stranger.page.context().close();
    await administrator.call(ROUTES.updateSettings, { body: { language: null } });
  });
});

describe("gateways", () => {
  it("join by the code and the command that the page shows, which turns into joined", async () => {
    await open("/gateways", "Gateways");
    await page.getByTestId("add-gateway").click();
    await page.getByLabel("Name", { exact: true }).fill("south");
    await save();
    await page
      .getByTestId("waiting-for-gateway")
      .getByText(/1[45]:\d\d min/)
      .waitFor();
    const command = await page.getByTestId("copy-value").first().inputValue();
    expect(command).toBe(`deskgate gateway --broker https://127.0.0.1:${broker.linkPort}`);
    const code = await page.getByTestId("copy-value").nth(1).inputValue();
    const dataDirectory = await mkdtemp(join(folder, "south-"));
    const south = await startGateway({ broker, code, port: await freePort(), dataDirectory });
    await page.getByTestId("gateway-joined").getByText("south has joined").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await south.peer.stop();
    await page.getByRole("row", { name: /south/ }).getByText("Away").waitFor();
  });

  it("are put into a zone and called by their name on the overview", async () => {
    await administrator.call(ROUTES.createZone, { body: { name: "Lowlands" } });
    await open("/gateways", "Gateways");
    await page.getByTestId("actions-south").click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByLabel("Name", { exact: true }).fill("far-south");
    await page.getByLabel("Zone", { exact: true }).selectOption("Lowlands");
    await save();
    await page.getByRole("row", { name: /far-south.*Lowlands/ }).waitFor();
    await open("/overview", "Overview");
    await page.getByText("far-south").waitFor();
  });

  it("are removed after a word on what ends", async () => {
    await open("/gateways", "Gateways");
    await page.getByTestId("actions-far-south").click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByText("its key is refused from then on").waitFor();
    await page.getByTestId("confirm").click();
    await page.getByRole("row", { name: /far-south/ }).waitFor({ state: "detached" });
    const { items } = await administrator.call(ROUTES.listGateways);
    expect(items.map(({ name }) => name)).not.toContain("far-south");
  });
});

describe("the API tokens of everyone", () => {
  it("are listed with their owners, found, and withdrawn", async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const body = { name: "nightly", scopes: ["*"] as ["*"], expiresAt };
    const { secret } = await ada.client.call(ROUTES.createMyToken, { body });
    await administrator.call(ROUTES.createMyToken, { body: { ...body, name: "inventory" } });
    await open("/all-tokens", "API tokens of everyone");
    await page.getByRole("button", { name: "ada", exact: true }).click();
    await page.getByRole("row", { name: /inventory/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Withdraw nightly" }).click();
    await page.getByText("Withdraw nightly of ada?").waitFor();
    await page.getByTestId("confirm").click();
    await page.getByRole("row", { name: /nightly/ }).waitFor({ state: "detached" });
    const headers = { Authorization: `Bearer ${secret}` };
    expect((await new ApiClient(gateway.site).send("GET", "/api/v1/me", undefined, headers)).status).toBe(
      401,
    );
  });
});

describe("about", () => {
  it("gives a text to hand on that says how every part is and names nobody", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open("/about", "About Deskgate");
    await page.getByText("none pending").waitFor();
    await page.getByTestId("copy-diagnostics").click();
    await page.getByTestId("copy-diagnostics").getByText("Copied").waitFor();
    const text = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(text).toMatch(/^Deskgate \d+\.\d+\.\d+\n/);
    expect(text).toMatch(/database: sqlite \d.*0 pending\n/);
    expect(text).toMatch(/gateway 1: separate, connected/);
    expect(text).toMatch(/certificate: until 20\d\d-.*self-signed/);
    for (const name of ["ada", "admin", "Mine", "127.0.0.1", folder]) expect(text).not.toContain(name);
  });

  it("is short for those who look after nothing", async () => {
    const theirs = await openLaunchpad(browser, ada.client);
    await theirs.page.goto(`${gateway.site}/about`);
    await theirs.page.getByRole("region", { name: "Program" }).waitFor();
    expect(await theirs.page.getByRole("region", { name: "Database" }).count()).toBe(0);
    await theirs.page.context().close();
  });
});

it("nothing of all this broke the content policy", () => {
  expect(problems).toEqual([]);
});
