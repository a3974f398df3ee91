/** RDP servers that sign people in differently: network level authentication, TLS alone, and not at all. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { type Colour, isNear, launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { type ShadowMachine, startFreeRdpShadow } from "../testbed/freerdp-shadow.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { expectKnownPicture, RDP_PICTURE, rdpLitPixels, rdpPixel, rdpPoint } from "../testbed/rdp-picture.ts";
import { type RefusingMachine, startRefusingRdp } from "../testbed/refusing-rdp.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { startWestonRdp, type WestonMachine } from "../testbed/weston-rdp.ts";
import type { XDesktop } from "../testbed/x-desktop.ts";

let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;
const [nla, tls, weston, refusing] = [
  { at: undefined as ShadowMachine | undefined },
  { at: undefined as ShadowMachine | undefined },
  { at: undefined as WestonMachine | undefined },
  { at: undefined as RefusingMachine | undefined },
];

beforeAll(async () => {
  [server, browser] = await Promise.all([startDeskgate({ args: ["--no-demo"] }), launchBrowser()]);
  nla.at = await startFreeRdpShadow("nla");
  tls.at = await startFreeRdpShadow("tls");
  weston.at = await startWestonRdp();
  refusing.at = await startRefusingRdp();
  administrator = await server.signIn();
  userId = (await administrator.call(ROUTES.getMe)).id;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  for (const { at } of [nla, tls, weston, refusing]) await at?.stop();
});

function started<Machine>({ at }: { readonly at: Machine | undefined }): Machine {
  if (!at) throw new Error("the machine did not start");
  return at;
}

async function typeInTerminal(page: Page, desktop: XDesktop, text: string): Promise<void> {
  const inside = await rdpPoint(page, { x: 420, y: 340 });
  await page.mouse.click(inside.x, inside.y);
  await page.keyboard.type(text, { delay: 20 });
  await page.keyboard.press("Enter");
  await expect.poll(() => desktop.typed(), { timeout: 10_000 }).toContain(text);
}

async function open(poolId: string) {
  const opened = await openLaunchpad(browser, administrator);
  await opened.page.goto(`${server.site}/desktops/${poolId}/view`);
  return opened;
}

async function endReason(page: Page, reason: string): Promise<string> {
  const shown = page.locator(`[data-testid="end-reason"][data-reason="${reason}"]`);
  await shown.waitFor({ timeout: 20_000 }).catch(async (cause: unknown) => {
    const other = await page
      .getByTestId("end-reason")
      .getAttribute("data-reason", { timeout: 1 })
      .catch(() => "nothing");
    throw new Error(`ended with ${other}: ${server.peer.output().slice(-1500)}`, { cause });
  });
  return (await shown.textContent()) ?? "";
}

describe("a machine with network level authentication", () => {
  it("is signed in to by the gateway, and the browser never sees the password", async () => {
    const { port, username, password, desktop } = started(nla);
    const fields = { protocol: "rdp", port, username, password, userId } as const;
    const { page, problems, received } = await open(
      await administrator.addMachine({ name: "NLA", ...fields }),
    );
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    await typeInTerminal(page, desktop, "nla by the gateway");
    expect(problems).toEqual([]);
    expectNowhere(received(), password);
    await expectNotStored(server, password);
    await page.context().close();
  });

  it("is signed in to by the person, and the password passes no broker", async () => {
    const { port, username, password, desktop } = started(nla);
    const fields = { protocol: "rdp", port, username, credentialMode: "prompt", userId } as const;
    const { page } = await open(await administrator.addMachine({ name: "NLA typed", ...fields }));
    await page.getByTestId("credential-password").fill(password);
    await page.getByTestId("credential-send").click();
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    await typeInTerminal(page, desktop, "nla by the person");
    await expectNotStored(server, password);
    await page.context().close();
  });

  it("says who was wrong about the password", async () => {
    const { port, username } = started(nla);
    const fields = { protocol: "rdp", port, username, userId } as const;
    const stored = await administrator.addMachine({ name: "NLA wrong", password: "not-this", ...fields });
    const { page } = await open(stored);
    await endReason(page, "target_authentication_failed");
    const typed = await administrator.addMachine({
      ...{ name: "NLA wrong typed", credentialMode: "prompt", ...fields },
    });
    await page.goto(`${server.site}/desktops/${typed}/view`);
    await page.getByTestId("credential-password").fill("not-this");
    await page.getByTestId("credential-send").click();
    await endReason(page, "credential_refused");
    await page.context().close();
  });

  it("says that it needs a name and password where none is configured", async () => {
    const { port } = started(nla);
    const { page } = await open(
      await administrator.addMachine({
        name: "NLA none",
        protocol: "rdp",
        port,
        credentialMode: "none",
        userId,
      }),
    );
    expect(await endReason(page, "credential_needed")).toContain("The machine insists on NLA (code 5).");
    await page.context().close();
  });
});

describe("a machine that does not let the account in", () => {
  const CLOSED = [
    [0xc0000234, "target_account_locked", "ask your administrator to unlock it"],
    [0xc0000072, "target_account_disabled", "Ask your administrator to enable it"],
    [0xc0000193, "target_account_expired", "Ask your administrator to extend it"],
    [0xc0000071, "target_password_expired", "Change your password"],
    [0xc0000224, "target_password_expired", "Change your password"],
    [0xc000015b, "target_sign_in_denied", "Ask your administrator to allow it"],
    [0xc000006d, "target_authentication_failed", "refused the stored password"],
  ] as const;

  it("says why, in a sentence of its own that says what to do", async () => {
    const machine = started(refusing);
    const fields = {
      protocol: "rdp",
      port: machine.port,
      username: "ada",
      password: "secret",
      userId,
    } as const;
    const poolId = await administrator.addMachine({ name: "Refusing", ...fields });
    const { page } = await openLaunchpad(browser, administrator);
    for (const [status, reason, words] of CLOSED) {
      machine.refuseWith(status);
      await page.goto(`${server.site}/desktops/${poolId}/view`);
      expect(await endReason(page, reason)).toContain(words);
    }
    await page.context().close();
  });

  it("says so to a person who typed the password, and does not try it again", async () => {
    const machine = started(refusing);
    machine.refuseWith(0xc0000234);
    const fields = { protocol: "rdp", port: machine.port, credentialMode: "prompt", userId } as const;
    const { page } = await open(await administrator.addMachine({ name: "Refusing, typed", ...fields }));
    await page.getByTestId("credential-username").fill("ada");
    await page.getByTestId("credential-password").fill("typed-secret");
    await page.getByTestId("credential-send").click();
    expect(await endReason(page, "target_account_locked")).toContain("locked after too many wrong passwords");
    await page.getByRole("button", { name: "Connect again" }).click();
    expect(await page.getByTestId("credential-password").inputValue()).toBe("");
    await page.context().close();
  });
});

describe("a machine with TLS alone", () => {
  it("shows its picture, takes keys and pointer", async () => {
    const { port, desktop } = started(tls);
    const fields = { protocol: "rdp", port, username: "anyone", password: "anything", userId } as const;
    const { page, problems } = await open(await administrator.addMachine({ name: "TLS", ...fields }));
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);
    await typeInTerminal(page, desktop, "tls alone");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe("weston, which asks nobody", () => {
  it("shows its picture, takes keys and pointer", async () => {
    const { port, openTerminal, typed } = started(weston);
    const fields = { protocol: "rdp", port, credentialMode: "none", userId } as const;
    const { page, problems } = await open(await administrator.addMachine({ name: "Weston", ...fields }));
    await viewerState(page, "connected", 30_000);
    await expectKnownPicture(page);

    openTerminal();
    const isBlack = (seen: Colour) => isNear(seen, [0, 0, 0], 14);
    for (const at of [RDP_PICTURE.points[0], { x: 40, y: 30 }])
      await expect.poll(() => rdpPixel(page, at), { timeout: 20_000 }).toSatisfy(isBlack);
    const line = { x: 0, y: 0, width: 400, height: 40 };
    const before = await rdpLitPixels(page, line);
    // It takes no keys before it was clicked on.
    const inside = await rdpPoint(page, { x: 600, y: 400 });
    await page.mouse.click(inside.x, inside.y);
    await page.keyboard.type("typed in the browser", { delay: 20 });
    await expect.poll(() => rdpLitPixels(page, line), { timeout: 10_000 }).toBeGreaterThan(before + 300);
    await page.keyboard.press("Enter");
    await expect.poll(typed, { timeout: 10_000 }).toBe("typed in the browser\n");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});

describe("what is no RDP machine", () => {
  it.each([
    ["a closed port", 9, "target_port_closed"],
    ["a web server", "site", "target_protocol_error"],
  ] as const)("%s is told apart", async (_what, where, reason) => {
    const port = where === "site" ? Number(new URL(server.site).port) : where;
    const { page } = await open(
      await administrator.addMachine({ name: `No RDP ${port}`, protocol: "rdp", port, userId }),
    );
    await endReason(page, reason);
    // Nothing was lost that was never there.
    expect(await page.getByRole("heading", { name: "Connection lost" }).count()).toBe(0);
    await page.context().close();
  });
});
