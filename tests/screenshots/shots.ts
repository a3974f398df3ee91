/** Every picture: which page, as whom, and what is done before. */
import { API_PREFIX, ROUTES } from "@deskgate/contract";
import type { Page } from "playwright-core";
import { at, click, menuOf, openRow } from "./acts.ts";
import type { Shot } from "./camera.ts";
import { lookingAfter } from "./looking-after.ts";
import type { Site } from "./site.ts";

const PHONE = 420;

const signIn: readonly Shot[] = [
  { name: "sign-in", path: at("/sign-in"), by: "nobody" },
  { name: "sign-in-phone", path: at("/sign-in"), by: "nobody", width: PHONE },
  {
    name: "sign-in-wrong",
    path: at("/sign-in"),
    by: "nobody",
    act: async (page) => {
      await page.locator('input[autocomplete="username"]').fill("ada");
      await page.locator('input[autocomplete="current-password"]').fill("not this one");
      await page.locator('button[type="submit"]').click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "link-used", path: at("/sign-in/link#used"), by: "nobody" },
];

const launchpad: readonly Shot[] = [
  { name: "launchpad", path: at("/"), by: "person" },
  { name: "launchpad-phone", path: at("/"), by: "person", width: PHONE },
  { name: "launchpad-administrator", path: at("/") },
  { name: "user-menu", path: at("/"), act: click("user-menu") },
];

const watching: readonly Shot[] = [
  { name: "overview", path: at("/overview") },
  { name: "overview-narrow", path: at("/overview"), width: 900 },
  {
    name: "overview-refusals",
    path: at("/overview"),
    act: (page) => page.locator(".dg-plain-table").last().scrollIntoViewIfNeeded(),
  },
  {
    name: "overview-error",
    path: at("/overview"),
    isUnfinished: true,
    act: async (page, site) => {
      await page.route(`**${API_PREFIX}/overview`, (route) => route.fulfill({ status: 503, body: "" }));
      await page.goto(`${site.address}/overview`);
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "sessions", path: at("/sessions") },
  { name: "session-story", path: at("/sessions"), act: openRow("barbara") },
  { name: "session-kill", path: at("/sessions"), act: killFirst },
  { name: "session-message", path: at("/sessions"), act: messageFirst },
  { name: "sessions-selected", path: at("/sessions"), act: selectAll },
  { name: "history", path: at("/history") },
  { name: "audit", path: at("/audit") },
  { name: "audit-entry", path: at("/audit"), act: openRow("pool") },
  { name: "audit-filtered", path: at("/audit?action=desktop.") },
  { name: "explain", path: at("/explain") },
  { name: "explain-refused", path: ({ late, office }) => `/explain?user=${late}&pool=${office}`, act: walk },
  { name: "explain-exam", path: ({ person, exam }) => `/explain?user=${person}&pool=${exam}`, act: walk },
  { name: "explain-fine", path: ({ person, demo }) => `/explain?user=${person}&pool=${demo}`, act: walk },
];

const desktops: readonly Shot[] = [
  { name: "machines", path: at("/machines") },
  { name: "machines-search", path: at("/machines?q=Desk") },
  { name: "machines-none", path: at("/machines?q=nothing+of+the+kind") },
  { name: "machines-narrow", path: at("/machines"), width: 900 },
  {
    name: "machines-loading",
    path: at("/machines"),
    isUnfinished: true,
    act: async (page, site) => {
      await page.route(`**${API_PREFIX}/machines?*`, () => undefined);
      await page.goto(`${site.address}/machines`);
      await page.locator("h1").waitFor();
    },
  },
  { name: "machine-add", path: at("/machines"), act: click("add-machine") },
  { name: "machine-wrong", path: at("/machines"), act: submitEmpty("add-machine") },
  { name: "machine-edit", path: at("/machines?q=CAD"), act: openRow("CAD 1") },
  { name: "machine-alarm", path: at("/machines?q=Desk"), act: openAlarm },
  { name: "machine-delete", path: at("/machines?q=Desk"), act: menuOf("Desk 1", /Delete|Löschen/) },
  { name: "pools", path: at("/pools?kind=floating") },
  { name: "pools-all", path: at("/pools") },
  { name: "pool-add", path: at("/pools"), act: fillPool },
  { name: "pool-edit", path: at("/pools?q=Office"), act: openRow("Office desktops") },
  { name: "pool-policy", path: at("/pools?q=Office"), act: menuOf("Office desktops", /Policy|Richtlinie/) },
  {
    name: "pool-machines",
    path: at("/pools?q=Office"),
    act: menuOf("Office desktops", /Machines|Maschinen/),
  },
  { name: "pool-assignments", path: at("/pools?q=CAD"), act: menuOf("CAD workstations", /Assign|Zuteil/) },
  { name: "access", path: at("/access") },
  { name: "access-terms", path: at("/access?q=CAD+work"), act: openTerms },
  { name: "policies", path: at("/policies") },
  {
    name: "policies-why",
    path: ({ person, office }) => `/policies?userId=${person}&poolId=${office}`,
    act: showWhy,
  },
  { name: "policy-add", path: at("/policies"), act: click("add-policy") },
  { name: "policy-edit", path: at("/policies"), act: openRow("Guests") },
  { name: "zones", path: at("/zones") },
];

const people: readonly Shot[] = [
  { name: "users", path: at("/users") },
  { name: "users-selected", path: at("/users"), act: selectAll },
  { name: "user-add", path: at("/users"), act: click("add-user") },
  { name: "user-wrong", path: at("/users"), act: submitEmpty("add-user") },
  { name: "user-edit", path: at("/users?q=ada"), act: openRow("Ada Lovelace") },
  { name: "user-collision", path: at("/users?q=alan"), act: collide },
  { name: "user-link", path: at("/users?q=alan"), act: menuOf("alan", /link/i) },
  { name: "groups", path: at("/groups") },
  { name: "group-edit", path: at("/groups?q=Engin"), act: openRow("Engineering") },
  { name: "roles", path: at("/roles") },
  { name: "role-add", path: at("/roles"), act: click("add-role") },
  { name: "import", path: at("/import") },
  { name: "import-good", path: at("/import"), act: checkFiles(GOOD_FILES()) },
  { name: "import-wrong", path: at("/import"), act: checkFiles(WRONG_FILES()) },
  { name: "tokens", path: at("/tokens") },
  { name: "tokens-none", path: at("/tokens"), by: "person" },
  { name: "token-add", path: at("/tokens"), act: click("add-token") },
  { name: "token-secret", path: at("/tokens"), act: makeToken },
  {
    name: "not-found",
    path: at("/nowhere"),
    isUnfinished: true,
    act: async (page, site) => {
      await page.goto(`${site.address}/nowhere`);
      await page.locator("h2").waitFor();
    },
  },
  {
    name: "import-unknown",
    path: at("/import"),
    act: (page) =>
      page
        .locator('input[type="file"]')
        .setInputFiles([{ name: "things.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]),
  },
];

/** The last ones change what the others show. */
const viewing: readonly Shot[] = [
  { name: "desktop", path: at(""), isOnDesktop: true, act: showToolbar },
  { name: "desktop-clipboard", path: at(""), isOnDesktop: true, act: openTool("clipboard") },
  { name: "desktop-keys", path: at(""), isOnDesktop: true, act: openTool("keys") },
  { name: "desktop-message", path: at(""), isOnDesktop: true, act: speakToViewer },
  { name: "desktop-ended", path: at(""), isOnDesktop: true, act: endViewer },
  {
    name: "desktop-refused",
    path: at("/"),
    by: "person",
    isUnfinished: true,
    act: async (page, site) => {
      await page.goto(`${site.address}/desktops/${site.ids.front}/view`);
      await page.getByTestId("end-reason").waitFor();
    },
  },
];

export const SHOTS: readonly Shot[] = [
  ...signIn,
  ...launchpad,
  ...watching,
  ...desktops,
  ...people,
  ...lookingAfter,
  ...viewing,
];

async function selectAll(page: Page): Promise<void> {
  await page.locator("thead input[type=checkbox]").check();
}

async function killFirst(page: Page): Promise<void> {
  await page.locator("tr[data-index]", { hasText: "barbara" }).first().getByRole("button").last().click();
  await page.getByRole("menuitem").last().click();
  await page.getByRole("dialog").waitFor();
}

async function messageFirst(page: Page): Promise<void> {
  await page.locator("tr[data-index]", { hasText: "barbara" }).first().getByRole("button").last().click();
  await page.getByRole("menuitem").nth(1).click();
  await page
    .getByRole("dialog")
    .getByRole("textbox")
    .fill("The benches restart at noon.\nPlease save your work.");
}

async function walk(page: Page): Promise<void> {
  await page.getByTestId("explain").click();
  await page.getByTestId("explanation").waitFor();
}

function submitEmpty(testId: string) {
  return async (page: Page): Promise<void> => {
    await page.getByTestId(testId).click();
    await page.getByTestId("save").click();
  };
}

async function fillPool(page: Page): Promise<void> {
  await page.getByTestId("add-pool").click();
  const fields = page.getByRole("dialog").getByRole("textbox");
  await fields.nth(0).fill("Design studio");
  await fields.nth(1).fill("Machines with a graphics card, for a day at a time");
}

async function openAlarm(page: Page): Promise<void> {
  await page.getByTestId("alarm-Desk 2").click();
  await page.getByTestId("identity").first().waitFor();
}

async function openTerms(page: Page): Promise<void> {
  await page.locator("tr[data-index] .dg-terms", { hasText: "Ken" }).first().click();
  await page.getByRole("dialog").waitFor();
}

async function showWhy(page: Page): Promise<void> {
  const why = page.getByTestId("why-policy");
  await why.waitFor();
  await why.scrollIntoViewIfNeeded();
}

/** Somebody else renames the user while the form is open. */
async function collide(page: Page, { administrator }: Site): Promise<void> {
  await openRow("Alan Turing")(page);
  const [user] = (await administrator.call(ROUTES.listUsers, { query: "?q=alan" })).items;
  await administrator.call(ROUTES.updateUser, { id: user?.id ?? "", body: { isDisabled: false } });
  await page.getByTestId("save").click();
  await page.getByTestId("collision").waitFor();
}

function GOOD_FILES(): Files {
  return {
    "users.csv": "name,displayName,groups\nmaryam,Maryam Mirzakhani,Compilers\nemmy,Emmy Noether,Compilers\n",
    "machines.csv": "name,host,protocols\nDesk 9,10.30.1.19,rdp\nDesk 10,10.30.1.20,rdp:3390\n",
  };
}

function WRONG_FILES(): Files {
  return {
    "users.csv": "name,displayName,groups\nmaryam,Maryam Mirzakhani,No such group\nBAD NAME!,Nobody,\n",
    "machines.csv": "name,host,protocols,colour\nDesk 9,10.30.1.19,rdp,blue\nDesk 10,,telnet,red\n",
  };
}

type Files = Readonly<Record<string, string>>;

function checkFiles(files: Files) {
  return async (page: Page): Promise<void> => {
    const chosen = Object.entries(files).map(([name, text]) => ({
      ...{ name, mimeType: "text/csv" },
      buffer: Buffer.from(text),
    }));
    await page.locator('input[type="file"]').setInputFiles(chosen);
    await page.getByTestId("import-check").click();
    await page.locator(".dg-findings").waitFor();
  };
}

async function makeToken(page: Page): Promise<void> {
  await page.getByTestId("add-token").click();
  await page
    .getByRole("dialog")
    .getByRole("textbox")
    .first()
    .fill(`Backup check ${Date.now() % 100_000}`);
  await page.getByTestId("save").click();
  await page.getByTestId("copy-value").waitFor();
}

async function showToolbar(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.mouse.move(640, 300);
  await page.mouse.move(640, 4, { steps: 4 });
  await page.locator('.dg-toolbar-zone[data-shown="true"]').waitFor();
}

function openTool(name: string) {
  return async (page: Page): Promise<void> => {
    await showToolbar(page);
    await page.getByTestId(`tool-${name}`).click();
  };
}

async function speakToViewer(page: Page, { administrator }: Site): Promise<void> {
  await page.keyboard.press("Escape");
  const sessions = (await administrator.call(ROUTES.listSessions)).items;
  const { id = "" } = sessions.find(({ userName }) => /grace/i.test(userName)) ?? {};
  const text = "The demo desktop restarts in ten minutes.\nPlease save your work.";
  await administrator.call(ROUTES.sendSessionMessage, { id, body: { text } });
  await page.getByTestId("session-message").first().waitFor();
}

async function endViewer(page: Page, { administrator }: Site): Promise<void> {
  const sessions = (await administrator.call(ROUTES.listSessions)).items;
  const { id = "" } = sessions.find(({ userName }) => /grace/i.test(userName)) ?? {};
  if (id !== "") await administrator.call(ROUTES.killSession, { id });
  await page.getByTestId("end-reason").waitFor();
}
