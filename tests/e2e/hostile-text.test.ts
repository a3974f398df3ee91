/** Markup in every text that the API takes, in a real browser: on every page of the console it is text and stays text. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { API_PREFIX, ROUTES, type Route, type RouteBodyInput } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";

const MARKUP = `X"'><img src=x onerror=alert(1)><script>alert(2)</script>`;
/** How a page's source spells it where it is text. */
const AS_TEXT = "&lt;img src=x onerror=alert(1)&gt;";
/** Never shown to anybody. */
const SECRET_FIELDS = /password|secret|passphrase|privateKey/i;
const ROUTER = join(import.meta.dirname, "../../packages/console/src/router.tsx");

let deskgate: RunningDeskgate;
let administrator: ApiClient;
let browser: Browser;
let page: Page;
/** Dialogs, page errors, and violations of the content policy. */
let problems: string[] = [];
/** `METHOD path field` of everything that markup was put into. */
const filled = new Set<string>();
const desktop = { poolId: "", userId: "" };

beforeAll(async () => {
  [deskgate, browser] = await Promise.all([startDeskgate({ args: ["--no-demo"] }), launchBrowser()]);
  administrator = await deskgate.signIn();
  await fillSite();
  const opened = await openLaunchpad(browser, administrator);
  ({ page, problems } = opened);
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});
afterAll(async () => {
  await browser?.close();
  await deskgate?.stop();
});

async function put<R extends Route>(route: R, body: RouteBodyInput<R>, id?: string) {
  for (const [field, value] of Object.entries(body as object))
    if (JSON.stringify(value).includes("onerror")) filled.add(placeOf(route, field));
  return administrator.call(route, { body, ...(id === undefined ? {} : { id }) });
}

function placeOf({ method, path }: Route, field: string): string {
  return `${method} ${path} ${field}`;
}

/** The body's fields that take the markup, by its schema. */
function textFieldsOf({ body }: Route): readonly string[] {
  const shape = body && "shape" in body ? (body.shape as Record<string, NonNullable<Route["body"]>>) : {}; // of schemas
  const fields = Object.entries(shape).filter(([, schema]) => schema.safeParse(MARKUP).success);
  return fields.map(([field]) => field).filter((field) => !SECRET_FIELDS.test(field));
}

async function fillSite(): Promise<void> {
  desktop.userId = (await administrator.call(ROUTES.getMe)).id;
  const user = await put(ROUTES.createUser, { name: "ada", displayName: MARKUP });
  await put(ROUTES.createGroup, { name: MARKUP, memberIds: [user.id] });
  await put(ROUTES.createRole, { name: MARKUP, permissions: [] });
  const zone = await put(ROUTES.createZone, { name: MARKUP, description: MARKUP });
  const policy = await put(ROUTES.createPolicy, { name: MARKUP });
  const port = await freePort();
  const protocols = [{ protocol: "ssh" as const, port, credentialMode: "prompt" as const }];
  const said = protocols.map((protocol) => ({ ...protocol, username: MARKUP, domain: MARKUP }));
  const place = { host: "127.0.0.1", isDeclaredLocal: true, zoneId: zone.id };
  const machine = { name: MARKUP, description: MARKUP, ...place, protocols: said };
  const { id: machineId } = await put(ROUTES.createMachine, machine);
  const pool = {
    name: `${MARKUP} 2`,
    description: MARKUP,
    kind: "floating" as const,
    machineIds: [machineId],
  };
  const { id: poolId } = await put(ROUTES.createPool, pool);
  desktop.poolId = poolId;
  await put(ROUTES.createEntitlement, { poolId, userId: desktop.userId, policyId: policy.id });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await put(ROUTES.createMyToken, { name: MARKUP, scopes: ["*"], expiresAt });
  await fillSessionsAndGateways();
  await fillSettings();
}

async function fillSessionsAndGateways(): Promise<void> {
  const { items: gateways } = await administrator.call(ROUTES.listGateways);
  for (const { id } of gateways) await put(ROUTES.renameGateway, { name: MARKUP }, id);
  const connect = () => administrator.call(ROUTES.connectDesktop, { id: desktop.poolId, body: {} });
  const { sessionId: over } = await connect();
  await administrator.call(ROUTES.killSession, { id: over });
  const { sessionId } = await connect();
  await put(ROUTES.sendSessionMessage, { text: MARKUP }, sessionId);
  // A refusal is on the overview, with the desktop's name.
  const path = `${API_PREFIX}/desktops/${desktop.poolId}/connections`;
  expect((await administrator.send("POST", path, { protocol: "rdp" })).text).toContain(
    "machine_protocol_missing",
  );
}

/** What the site says of itself, whatever there is of that. */
async function fillSettings(): Promise<void> {
  for (const route of Object.values<Route>(ROUTES)) {
    const isWhole = ["PATCH", "PUT"].includes(route.method) && !route.path.includes(":");
    const texts = isWhole ? textFieldsOf(route) : [];
    if (texts.length > 0) await put(route, Object.fromEntries(texts.map((field) => [field, MARKUP])));
  }
}

/** The console's pages, from its router: a new one is looked at by being there. */
async function pagesOf(): Promise<readonly string[]> {
  const paths = [...(await readFile(ROUTER, "utf8")).matchAll(/path: "(\/[^"]*)"/g)].map(
    ([, path = ""]) => path,
  );
  return [...new Set(paths)].filter((path) => !path.includes("$") && !path.startsWith("/sign-in"));
}

async function settled(): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.locator('[aria-label="Loading"]').waitFor({ state: "detached" });
}

/** Nothing that the markup would have made is there. */
async function expectInert(where: string): Promise<void> {
  const made = await page.evaluate<number>(
    `document.querySelectorAll('img[src="x"], [onerror]').length
      + [...document.scripts].filter((script) => script.textContent.includes("alert(")).length`,
  );
  expect([where, made, problems]).toEqual([where, 0, []]);
}

it("every text that the API takes was tried", () => {
  const creations = Object.values<Route>(ROUTES).filter(
    ({ method, path, access }) =>
      access !== "anonymous" &&
      (method === "POST" || path === ROUTES.renameGateway.path || !path.includes(":")),
  );
  const places = creations.flatMap((route) => textFieldsOf(route).map((field) => placeOf(route, field)));
  // A code's name is its gateway's, which stands for it here.
  const untried = places.filter((place) => !filled.has(place) && !place.includes("/gateways/codes "));
  expect(places.length).toBeGreaterThan(10);
  expect(untried).toEqual([]);
});

it("is text on every page of the console, also as a search in the address", async () => {
  const seen: string[] = [];
  for (const path of await pagesOf()) {
    await page.goto(`${deskgate.site}${path}?q=${encodeURIComponent(MARKUP)}`);
    await settled();
    await expectInert(path);
    if ((await page.content()).includes(AS_TEXT)) seen.push(path);
  }
  expect(seen).toEqual(
    expect.arrayContaining([
      ...["/", "/users", "/groups", "/roles", "/machines", "/pools", "/policies", "/zones"],
      ...["/access", "/sessions", "/history", "/audit", "/tokens", "/overview"],
    ]),
  );
}, 60_000);

it("is text in an explanation, in an import's errors, and where a desktop is opened", async () => {
  await page.goto(`${deskgate.site}/explain?user=${desktop.userId}&pool=${desktop.poolId}`);
  await settled();
  await expectInert("/explain");
  await page.goto(`${deskgate.site}/import`);
  const buffer = Buffer.from("name,<img src=x onerror=alert(1)>\nada,1\n");
  await page.locator('input[type="file"]').setInputFiles({ name: "users.csv", mimeType: "text/csv", buffer });
  await page.getByTestId("import-check").click();
  await page.getByRole("table").last().getByText("<img src=x onerror=alert(1)>").first().waitFor();
  await expectInert("/import");
  await page.goto(`${deskgate.site}/desktops/${desktop.poolId}/view`);
  await expect.poll(() => page.content(), { timeout: 10_000 }).toContain("&lt;img src=x");
  await expectInert("the viewer");
});

it("in an address is not run by whatever answers there", async () => {
  const text = encodeURIComponent(MARKUP);
  for (const path of [`/${text}`, `/sign-in?to=${text}`, `/sign-in/link#${text}`, `/desktops/${text}/view`])
    await page.goto(`${deskgate.site}${path}`).then(() => expectInert(path));
  for (const path of [`/${text}`, `/groups?q=${text}`, "/groups", `/sessions?cursor=${text}`]) {
    const reply = await page.goto(`${deskgate.site}${API_PREFIX}${path}`);
    expect(reply?.headers()["content-type"]).toMatch(/^application\/json/);
    await expectInert(path);
  }
});

it("would have been noticed, and is stopped by the content policy even where a page took it for markup", async () => {
  await page.goto(deskgate.site);
  await settled();
  await page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(MARKUP)})`);
  await expect.poll(() => problems.join()).toMatch(/Content Security Policy/);
  expect(problems.join()).not.toContain("dialog");
  await expect(expectInert("here")).rejects.toThrow();
});
