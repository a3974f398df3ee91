/**
 * A machine that people enter with the name and password of their Deskgate account: signed in with it, or by a link, or
 * both at once, when the later one takes the desktop over.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { expectKnownPicture } from "../testbed/rdp-picture.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { startXrdp, type XrdpMachine } from "../testbed/xrdp.ts";

let machine: XrdpMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let dataDirectory: string;
let port: number;
let poolId: string;
let userId: string;
let byLink: ApiClient;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), "deskgate-own-"));
  port = await freePort();
  [machine, server, browser] = await Promise.all([startXrdp(), start(), launchBrowser()]);
  administrator = await server.signIn();
  const { name, password } = machine.user;
  const person = await administrator.call(ROUTES.createUser, { body: { name, displayName: name, password } });
  userId = person.id;
  const fields = { protocol: "rdp", port: machine.port, credentialMode: "own", userId } as const;
  poolId = await administrator.addMachine({ name: "Own", ...fields });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

function start(): Promise<RunningDeskgate> {
  return startDeskgate({ args: ["--no-demo"], shape: "one", dataDirectory, port });
}

async function open(client: ApiClient) {
  const opened = await openLaunchpad(browser, client);
  await opened.page.goto(`${server.site}/desktops/${poolId}/view`);
  return opened;
}

async function isOnDesktop(page: Page): Promise<void> {
  await viewerState(page, "connected", 30_000);
  // xrdp shows its own form instead where it was not given the right password.
  await expectKnownPicture(page);
  expect(await page.getByTestId("credential-form").count()).toBe(0);
}

it("lets in whoever signed in with the password, and asks for nothing", async () => {
  const { name, password } = machine.user;
  const { page, received } = await open(await ApiClient.byPassword(server.site, name, password));
  await isOnDesktop(page);
  expectNowhere(received(), password);
  await expectNotStored(server, password);
  await page.context().close();
});

it("asks whoever signed in by a link once, and remembers it for this sign-in alone", async () => {
  const { name, password } = machine.user;
  const { path } = await administrator.call(ROUTES.createSignInLink, { id: userId });
  byLink = await ApiClient.bySignInLink(server.site, path);
  const { page, received } = await open(byLink);
  const form = page.getByTestId("credential-form");
  await form.waitFor();
  expect(await form.textContent()).toContain("name and password of your Deskgate account");
  expect(await page.getByTestId("credential-username").inputValue()).toBe(name);
  await page.getByTestId("credential-password").fill(password);
  const kept = page.waitForResponse((response) => response.url().endsWith("/me/password-at-hand"));
  await page.getByTestId("credential-send").click();
  await isOnDesktop(page);
  expect((await kept).status()).toBe(204);
  await page.context().close();

  const { page: again, received: receivedAgain } = await open(byLink);
  await isOnDesktop(again);
  for (const bytes of [received(), receivedAgain()]) expectNowhere(bytes, password);
  await expectNotStored(server, password);
  await again.context().close();
});

it("goes to the sign-in that came last, and stays there until the other takes it back", async () => {
  const { name, password } = machine.user;
  const { page: first } = await open(await ApiClient.byPassword(server.site, name, password));
  await isOnDesktop(first);
  const { page: second } = await open(byLink);
  const taken = (page: Page) => page.locator('[data-testid="end-reason"][data-reason="taken_over"]');
  await taken(first).waitFor({ timeout: 20_000 });
  expect(await taken(first).textContent()).toContain("in another window or on another computer");
  await isOnDesktop(second);
  expect(await taken(first).isVisible()).toBe(true);
  await first.getByRole("button", { name: "Connect again" }).click();
  await isOnDesktop(first);
  await taken(second).waitFor();
  for (const page of [first, second]) await page.context().close();
});

it("asks again after a restart, though the sign-in lives on", async () => {
  const { password } = machine.user;
  await server.stop();
  await expectNotStored(server, password);
  server = await start();
  const { page } = await open(byLink);
  await page.getByTestId("credential-form").waitFor();
  await expectNotStored(server, password);
  await page.context().close();
});
