/** A virtual machine's console over QEMU's SPICE server, whose password only the server knows. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "../testbed/api-client.ts";
import { type Colour, isNear, launchBrowser, viewerState } from "../testbed/browser.ts";
import { makeCertificate } from "../testbed/certificate.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { GUEST_COLOURS, type QemuMachine, startQemuSpice } from "../testbed/qemu.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { coloursOf } from "../testbed/terminal-page.ts";

const PASSWORD = "spice-Q7x!kz3";

let machine: QemuMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;

beforeAll(async () => {
  [machine, server, browser] = await Promise.all([
    startQemuSpice({ password: PASSWORD }),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  userId = (await administrator.call(ROUTES.getMe)).id;
  await administrator.addMachine({
    ...{ name: "Virtual machine", protocol: "spice", port: machine.port, userId },
    ...{ credentialMode: "stored", password: PASSWORD },
  });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

/** The colour in the middle of what the person sees. */
async function colourInTheMiddle(page: Page): Promise<Colour> {
  return coloursOf(await page.screenshot(), { width: 1280, height: 800 })(640, 400);
}

async function showsColour(page: Page, colour: Colour, timeout = 30_000): Promise<void> {
  await expect
    .poll(() => colourInTheMiddle(page), { timeout })
    .toSatisfy((seen: Colour) => isNear(seen, colour));
}

async function endsWith(page: Page, reason: string): Promise<void> {
  await page.locator(`[data-testid="end-reason"][data-reason="${reason}"]`).waitFor({ timeout: 20_000 });
}

describe("a virtual machine's SPICE console in the browser", () => {
  it("shows what the guest paints, takes keys and pointer, and never shows its password", async () => {
    const { page, problems, received } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Virtual machine").click();
    await viewerState(page, "connected");
    await showsColour(page, GUEST_COLOURS.atBoot);
    await page.mouse.click(640, 400);
    await page.keyboard.press(GUEST_COLOURS.afterKey.key);
    await showsColour(page, GUEST_COLOURS.afterKey.colour, 10_000);

    await page.mouse.move(700, 500);
    await page.mouse.move(900, 300);
    // The guest knows no tablet, so the machine takes movements instead of places.
    await expect.poll(() => machine.output(), { timeout: 5_000 }).toMatch(/input_event_(abs|rel).*axis x/);
    expect(machine.output()).toMatch(/input_event_btn.*button left/);

    await page.mouse.move(640, 3);
    await page.getByTestId("tool-ctrl-alt-del").click();
    await expect
      .poll(() => machine.output(), { timeout: 5_000 })
      .toMatch(/qcode ctrl\b[\s\S]*qcode alt\b[\s\S]*qcode delete\b/);
    // The guest's BIOS starts it again, as a PC does.
    await showsColour(page, GUEST_COLOURS.atBoot);
    // The toolbar leaves with the pointer, and comes again when the edge is touched anew.
    await page.mouse.move(640, 400);
    await page.getByTestId("tool-ctrl-alt-del").waitFor({ state: "hidden" });
    await page.mouse.move(640, 3);
    await page.getByTestId("tool-clipboard").click();
    expect(await page.getByTestId("clipboard-unavailable").textContent()).toMatch(/no SPICE agent/);
    expect(await page.getByRole("button", { name: "Files by clipboard" }).count()).toBe(0);

    const { items } = await administrator.call(ROUTES.listSessions);
    expect(items[0]?.connections).toHaveLength(1);
    await expect
      .poll(
        async () => (await administrator.call(ROUTES.listSessions)).items[0]?.connections[0]?.bytesToViewer,
        {
          timeout: 15_000,
        },
      )
      .toBeGreaterThan(1_000);
    expect(problems).toEqual([]);
    expectNowhere(received(), PASSWORD);
    await expectNotStored(server, PASSWORD);
    await page.context().close();
  });

  it("ends all its tunnels within a second when an administrator kills it", async () => {
    const { page } = await openLaunchpad(browser, administrator);
    let open = 0;
    page.on("websocket", (socket) => {
      open += 1;
      socket.on("close", () => {
        open -= 1;
      });
    });
    await page.getByTestId("connect-Virtual machine").click();
    await viewerState(page, "connected");
    await expect.poll(() => open).toBeGreaterThan(2);
    const { items } = await administrator.call(ROUTES.listSessions);
    const began = Date.now();
    for (const { id } of items) await administrator.call(ROUTES.killSession, { id });
    await endsWith(page, "killed");
    await expect.poll(() => open).toBe(0);
    expect(Date.now() - began).toBeLessThan(2_500);
    await page.context().close();
  });

  it("goes to the window that came last", async () => {
    const { page: first } = await openLaunchpad(browser, administrator);
    await first.getByTestId("connect-Virtual machine").click();
    await viewerState(first, "connected");
    const { page: second } = await openLaunchpad(browser, administrator);
    await second.getByTestId("connect-Virtual machine").click();
    await endsWith(first, "taken_over");
    await viewerState(second, "connected");
    await showsColour(second, GUEST_COLOURS.atBoot);
    expect(await first.getByTestId("end-reason").getAttribute("data-reason")).toBe("taken_over");
    for (const page of [first, second]) await page.context().close();
  });

  it("is opened with what the person types, and says when it was wrong", async () => {
    await administrator.addMachine({
      ...{ name: "Typed", protocol: "spice", port: machine.port, userId, credentialMode: "prompt" },
    });
    const { page } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Typed").click();
    await page.getByTestId("credential-password").fill("wrong");
    await page.getByTestId("credential-send").click();
    await endsWith(page, "credential_refused");
    await page.getByRole("button", { name: "Connect again" }).click();
    await page.getByTestId("credential-password").fill(PASSWORD);
    await page.getByTestId("credential-send").click();
    await viewerState(page, "connected");
    await expectNotStored(server, PASSWORD);
    await page.context().close();
  });

  it("tells a wrong stored password and a closed port apart", async () => {
    await administrator.addMachine({
      ...{ name: "Wrong", protocol: "spice", port: machine.port, userId },
      ...{ credentialMode: "stored", password: "not-this" },
    });
    const { page } = await openLaunchpad(browser, administrator);
    await page.getByTestId("connect-Wrong").click();
    await endsWith(page, "target_authentication_failed");
    await page.context().close();
    await administrator.addMachine({ name: "Closed", protocol: "spice", port: await freePort(), userId });
    const { page: other } = await openLaunchpad(browser, administrator);
    await other.getByTestId("connect-Closed").click();
    await endsWith(other, "target_port_closed");
    await other.context().close();
  });

  it("is reached over TLS where its port speaks nothing else, and its certificate is remembered", async () => {
    const tlsFolder = await mkdtemp(join(tmpdir(), "deskgate-spice-tls-"));
    makeCertificate(join(tlsFolder, "server-key.pem"), join(tlsFolder, "server-cert.pem"), "spice.test");
    await copyFile(join(tlsFolder, "server-cert.pem"), join(tlsFolder, "ca-cert.pem"));
    const secured = await startQemuSpice({ password: PASSWORD, tlsFolder });
    try {
      await administrator.addMachine({
        ...{ name: "Secured", protocol: "spice", port: secured.port, userId },
        ...{ credentialMode: "stored", password: PASSWORD },
      });
      const { page, problems } = await openLaunchpad(browser, administrator);
      await page.getByTestId("connect-Secured").click();
      await viewerState(page, "connected");
      await showsColour(page, GUEST_COLOURS.atBoot);
      const { items } = await administrator.call(ROUTES.listMachines);
      const identities = items.find(({ name }) => name === "Secured")?.identities;
      expect(identities).toMatchObject([{ kind: "certificate", state: "accepted", protocol: "spice" }]);
      expect(problems).toEqual([]);
      await page.context().close();

      // Somebody in between answers in clear: taking the encryption away is no way around the certificate.
      const { id } = items.find(({ name }) => name === "Secured") ?? { id: "" };
      const protocols = [{ protocol: "spice" as const, port: machine.port }];
      await administrator.call(ROUTES.updateMachine, { id, body: { protocols } });
      const { page: stripped } = await openLaunchpad(browser, administrator);
      await stripped.getByTestId("connect-Secured").click();
      await endsWith(stripped, "target_identity_changed");
      await stripped.goto(`${server.site}/machines`);
      await stripped.getByTestId("alarm-Secured").click();
      const refused = stripped.locator('[data-testid="identity"][data-state="refused"]');
      expect(await refused.textContent()).toContain("speaks without encryption");
      await stripped.context().close();
    } finally {
      await secured.stop();
      await rm(tlsFolder, { recursive: true, force: true });
    }
  });

  it("is found by the administrator's connection test", async () => {
    const { items } = await administrator.call(ROUTES.listMachines);
    const id = items.find(({ name }) => name === "Virtual machine")?.id ?? "";
    expect(await administrator.call(ROUTES.probeMachine, { id })).toMatchObject({
      isReachable: true,
      detail: "machine speaks spice",
    });
  });
});
