/** Every way in which a desktop cannot be had ends in a sentence of its own, in every protocol. */
import { END_REASONS, type EndReason, PROTOCOLS, type Protocol, ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { launchBrowser } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";

/** For documentation only (RFC 5737): nobody answers there. */
const NOBODY = "192.0.2.77";

let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([startDeskgate({ args: ["--no-demo"] }), launchBrowser()]);
  administrator = await server.signIn();
  userId = (await administrator.call(ROUTES.getMe)).id;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Where {
  readonly protocol: Protocol;
  readonly port: number;
  readonly host?: string;
}

async function openMachine(name: string, { protocol, port, host = "127.0.0.1" }: Where): Promise<Page> {
  const body = {
    ...{ name, host, isDeclaredLocal: host === "127.0.0.1" },
    protocols: [{ protocol, port, credentialMode: "none" as const }],
  };
  const { poolId } = await administrator.call(ROUTES.createMachine, { body });
  await administrator.call(ROUTES.createEntitlement, { body: { poolId, userId } });
  const { page } = await openLaunchpad(browser, administrator);
  await page.goto(`${server.site}/desktops/${poolId}/view`);
  return page;
}

async function saysWhy(page: Page, reason: EndReason): Promise<void> {
  const shown = page.getByTestId("end-reason");
  await shown.waitFor({ timeout: 25_000 });
  await expect.poll(() => shown.getAttribute("data-reason"), { timeout: 10_000 }).toBe(reason);
  expect(await shown.textContent()).toContain(END_REASONS[reason].sentence);
}

describe.each(PROTOCOLS.map((protocol) => ({ protocol })))("a desktop by $protocol", ({ protocol }) => {
  it("whose machine is off", async () => {
    const page = await openMachine(`Off ${protocol}`, { protocol, port: 4000, host: NOBODY });
    await saysWhy(page, "target_unreachable");
    await page.context().close();
  });

  it("whose port is closed", async () => {
    const page = await openMachine(`Closed ${protocol}`, { protocol, port: await freePort() });
    await saysWhy(page, "target_port_closed");
    await page.context().close();
  });

  it("at whose port something else speaks", async () => {
    const port = Number(new URL(server.site).port);
    const page = await openMachine(`Web ${protocol}`, { protocol, port });
    await saysWhy(page, "target_protocol_error");
    await page.context().close();
  });
});

it("a desktop whose name nobody knows", async () => {
  // RFC 6761: never resolves.
  const page = await openMachine("Nameless", { protocol: "ssh", port: 22, host: "desk.invalid" });
  await saysWhy(page, "target_name_unknown");
  await page.context().close();
});

/** noVNC looks for a WebSocket's members on its very class; Playwright's stand-in inherits them. */
const OWN_MEMBERS = `{
  const { prototype } = WebSocket;
  const { constructor, ...inherited } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(prototype));
  Object.defineProperties(prototype, inherited);
}`;

describe.each(PROTOCOLS.map((protocol) => ({ protocol })))("a desktop by $protocol", ({ protocol }) => {
  it("whose ticket grew too old on its way", async () => {
    const body = {
      ...{ name: `Late ${protocol}`, host: "127.0.0.1", isDeclaredLocal: true },
      protocols: [{ protocol, port: await freePort(), credentialMode: "none" as const }],
    };
    const { poolId } = await administrator.call(ROUTES.createMachine, { body });
    await administrator.call(ROUTES.createEntitlement, { body: { poolId, userId } });
    const { page } = await openLaunchpad(browser, administrator);
    await page.clock.install();
    const held = Promise.withResolvers<void>();
    // Never connected: as if the computer fell asleep between the ticket and the tunnel.
    await page.routeWebSocket(/\/tunnel$/, () => held.resolve());
    await page.addInitScript(OWN_MEMBERS);
    await page.goto(`${server.site}/desktops/${poolId}/view`);
    await held.promise;
    await page.clock.fastForward(61_000);
    await saysWhy(page, "ticket_expired");
    await page.context().close();
  });
});
