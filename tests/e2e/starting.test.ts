/** A person connects to a machine that is off, waits for it, and hears when their hours end, in a real browser. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ROUTES } from "@deskgate/contract";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { type SshMachine, startSshd } from "../testbed/sshd.ts";

let browser: Browser;
let server: RunningDeskgate;
let machine: SshMachine | undefined;

beforeAll(async () => {
  [browser, server] = await Promise.all([launchBrowser(), startDeskgate({ args: ["--no-demo"] })]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await machine?.stop();
});

/** As if probes had found it so, which takes them a minute. */
function markDown(machineId: string): void {
  const database = new DatabaseSync(join(server.dataDirectory, "deskgate.sqlite"));
  const insert = "insert into machine_health (machine_id, state, since, detail) values (?, 'down', ?, '')";
  database.prepare(insert).run(machineId, Date.now());
  database.close();
}

/** Every day from an hour ago until so many minutes from now. */
function hoursUntil(minutes: number) {
  const at = (afterMs: number) => new Date(Date.now() + afterMs).toISOString().slice(11, 16);
  const days = [1, 2, 3, 4, 5, 6, 7];
  return { days, from: at(-3_600_000), to: at(minutes * 60_000), timeZone: "UTC" };
}

it("a machine that is off is started, waited for, and shown when it answers; the end of hours is announced", async () => {
  const administrator = await server.signIn();
  const { id: userId, client } = await administrator.addUser("ada");
  const port = await freePort();
  const poolId = await administrator.addMachine({ name: "Sleeper", protocol: "ssh", port, userId });
  const [known] = (await administrator.call(ROUTES.listMachines)).items;
  const id = known?.id ?? "";
  await administrator.call(ROUTES.updateMachine, { id, body: { macAddress: "00:00:5e:00:53:01" } });
  markDown(id);

  const { page, problems } = await openLaunchpad(browser, client);
  await page.getByText("Off; connecting starts it").waitFor();
  await page.getByTestId("connect-Sleeper").click();
  const starting = page.getByTestId("starting");
  await starting.waitFor();
  expect(await starting.textContent()).toContain("Sleeper is being started");
  expect(await starting.getByRole("progressbar").count()).toBe(1);
  expect(server.peer.output()).toContain("Wake packet sent");
  // Leaving cancels the wait, and coming back takes it up.
  await starting.getByText("Cancel").click();
  await page.getByTestId("connect-Sleeper").click();
  await starting.waitFor();

  machine = await startSshd({ port });
  const { name: username, password } = machine.user;
  const protocols = [{ protocol: "ssh", port, credentialMode: "stored", username, password } as const];
  await administrator.call(ROUTES.updateMachine, { id, body: { protocols } });
  await viewerState(page, "connected", 40_000);

  const [right] = (await administrator.call(ROUTES.listEntitlements)).items.filter(
    (one) => one.poolId === poolId,
  );
  const body = { windows: [hoursUntil(5)] };
  await administrator.call(ROUTES.updateEntitlement, { id: right?.id ?? "", body });
  const notice = page.getByTestId("session-message");
  await notice.waitFor({ timeout: 20_000 });
  expect(await notice.textContent()).toMatch(/Your hours on this desktop end at \d+:\d\d/);
  await administrator.call(ROUTES.updateEntitlement, {
    ...{ id: right?.id ?? "", body: { windows: [{ ...hoursUntil(-5), from: hoursUntil(-30).to }] } },
  });
  await viewerState(page, "ended", 15_000);
  expect(await page.getByTestId("end-reason").getAttribute("data-reason")).toBe("window_closed");
  expect(problems).toEqual([]);
});
