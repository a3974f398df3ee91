/** The ways in to an SSH machine: stored keys, questions of the machine, what the person types; and the ways it fails. */
import { ROUTES } from "@deskgate/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient, NewMachine } from "../testbed/api-client.ts";
import { launchBrowser, viewerState } from "../testbed/browser.ts";
import { type RunningDeskgate, startDeskgate } from "../testbed/deskgate.ts";
import { type Launchpad, openLaunchpad } from "../testbed/launchpad.ts";
import { freePort } from "../testbed/peer.ts";
import { expectNotStored, expectNowhere } from "../testbed/secrets.ts";
import { KEY_PASSPHRASE, type SshMachine, startSshd } from "../testbed/sshd.ts";
import { run, showsLine } from "../testbed/terminal-page.ts";

let machine: SshMachine;
let asking: SshMachine;
let server: RunningDeskgate;
let browser: Browser;
let administrator: ApiClient;
let userId: string;

beforeAll(async () => {
  [machine, asking, server, browser] = await Promise.all([
    startSshd({ banner: "Authorised\u001b[31m people only.\n" }),
    startSshd({ methods: "keyboard-interactive publickey,keyboard-interactive" }),
    startDeskgate({ args: ["--no-demo"] }),
    launchBrowser(),
  ]);
  administrator = await server.signIn();
  userId = (await administrator.call(ROUTES.getMe)).id;
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await Promise.all([machine?.stop(), asking?.stop()]);
});

type Credential = Omit<NewMachine, "name" | "protocol" | "port" | "userId">;

/** Adds a machine and opens it as its person does. */
async function open(name: string, port: number, credential: Credential): Promise<Launchpad> {
  await administrator.addMachine({ name, protocol: "ssh", port, userId, ...credential });
  const opened = await openLaunchpad(browser, administrator);
  await opened.page.getByTestId(`connect-${name}`).click();
  return opened;
}

async function isIn(page: Page, { user }: SshMachine): Promise<void> {
  await viewerState(page, "connected");
  await run(page, "clear; whoami");
  await showsLine(page, user.name);
}

async function endsWith(page: Page, reason: string): Promise<void> {
  const shown = page.locator(`[data-testid="end-reason"][data-reason="${reason}"]`);
  await shown.waitFor({ timeout: 15_000 }).catch((cause: unknown) => {
    throw new Error(`did not end with ${reason}: ${server.peer.output().slice(-1_000)}`, { cause });
  });
  expect(await page.getByTestId("end-reason").textContent()).toMatch(/^.{20,}$/);
}

async function answer(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [field, value] of Object.entries(fields))
    await page.getByTestId(`credential-${field}`).fill(value);
  await page.getByTestId("credential-send").click();
}

describe("a machine with a stored key", () => {
  it("lets the person in, and the key is nowhere but there", async () => {
    const { page, problems, received } = await open("Key", machine.port, {
      ...{ credentialMode: "stored", username: machine.user.name, privateKey: machine.privateKey },
    });
    await isIn(page, machine);
    expect(problems).toEqual([]);
    const [, secretLine = ""] = machine.privateKey.split("\n");
    const middle = machine.privateKey.split("\n")[3] ?? secretLine;
    expectNowhere(received(), middle);
    await expectNotStored(server, middle);
    await page.context().close();
  });

  it("opens a key that has a passphrase", async () => {
    const { page } = await open("Protected key", machine.port, {
      ...{ credentialMode: "stored", username: machine.user.name },
      ...{ privateKey: machine.protectedKey, passphrase: KEY_PASSPHRASE },
    });
    await isIn(page, machine);
    await expectNotStored(server, KEY_PASSPHRASE);
    await page.context().close();
  });
});

describe("a machine that asks questions", () => {
  it("gets its answers from the person, in its own words", async () => {
    const { page, received } = await open("Asking", asking.port, {
      ...{ credentialMode: "prompt", username: asking.user.name },
    });
    await page.getByTestId("credential-form").waitFor();
    expect(await page.getByTestId("credential-form").textContent()).toMatch(/Password:/);
    await answer(page, { password: "not-this" });
    await expect
      .poll(() => page.getByTestId("credential-password").inputValue(), { timeout: 15_000 })
      .toBe("");
    await answer(page, { password: asking.user.password });
    await isIn(page, asking);
    expectNowhere(received(), asking.user.password);
    await expectNotStored(server, asking.user.password);
    await page.context().close();
  });

  it("is answered with the stored password where it asks for no more", async () => {
    const { page } = await open("Asking, stored", asking.port, {
      ...{ credentialMode: "stored", username: asking.user.name, password: asking.user.password },
    });
    await isIn(page, asking);
    await page.context().close();
  });
});

describe("a person who signs in", () => {
  it("types name and password into the viewer, and sees what the machine says first", async () => {
    const { page } = await open("Typed", machine.port, { credentialMode: "prompt" });
    await answer(page, { username: machine.user.name, password: machine.user.password });
    await viewerState(page, "connected");
    await showsLine(page, "Authorised[31m people only.");
    await isIn(page, machine);
    await expectNotStored(server, machine.user.password);
    await page.context().close();
  });

  it.each([
    ["with", "protectedKey", KEY_PASSPHRASE],
    ["without", "privateKey", ""],
  ] as const)(
    "may bring a private key, %s a passphrase, which nobody keeps",
    async (_what, which, passphrase) => {
      const keys = await startSshd({ methods: "publickey" });
      try {
        const { page, received } = await open(`Own key ${which}`, keys.port, {
          ...{ credentialMode: "prompt", username: keys.user.name },
        });
        await page.getByTestId("credential-other-way").click();
        await answer(page, { privateKey: keys[which], passphrase });
        await isIn(page, keys);
        const middle = keys[which].split("\n")[3] ?? "";
        expect(middle.length).toBeGreaterThan(20);
        expectNowhere(received(), middle);
        await expectNotStored(server, middle);
        await page.context().close();
      } finally {
        await keys.stop();
      }
    },
  );

  it("with a key that the machine does not know reads that it was refused", async () => {
    const { page } = await open("Foreign key", machine.port, { credentialMode: "prompt" });
    await page.getByTestId("credential-other-way").click();
    await answer(page, { username: asking.user.name, privateKey: "no key at all", passphrase: "" });
    await endsWith(page, "credential_refused");
    await page.context().close();
  });

  it("may give up", async () => {
    const { page } = await open("Given up", machine.port, { credentialMode: "prompt" });
    await page.getByTestId("credential-form").getByRole("button", { name: "Cancel" }).click();
    await endsWith(page, "credential_needed");
    await page.context().close();
  });

  it("with a wrong password reads that it was wrong", async () => {
    const { page } = await open("Mistyped", machine.port, {
      ...{ credentialMode: "prompt", username: machine.user.name },
    });
    for (let i = 0; i < 3; i++) {
      await page.getByTestId("credential-password").waitFor();
      await answer(page, { password: `wrong-${i}` });
      if (i < 2)
        await expect
          .poll(() => page.getByTestId("credential-password").inputValue(), { timeout: 15_000 })
          .toBe("");
    }
    await endsWith(page, "credential_refused");
    await page.context().close();
  });
});

describe("what goes wrong", () => {
  it("a wrong stored password is told apart from a wrong typed one", async () => {
    const { page } = await open("Wrong", machine.port, {
      ...{ credentialMode: "stored", username: machine.user.name, password: "not-this-one" },
    });
    await endsWith(page, "target_authentication_failed");
    await expectNotStored(server, "not-this-one");
    await page.context().close();
  });

  it("an account that has expired is told apart from a wrong password", async () => {
    // By keyboard-interactive OpenSSH says the same of both, so nobody can tell them apart.
    const closed = await startSshd({ methods: "password" });
    try {
      closed.user.expire();
      const { page } = await open("Expired", closed.port, {
        ...{ credentialMode: "stored", username: closed.user.name, password: closed.user.password },
      });
      await endsWith(page, "target_account_expired");
      await page.context().close();
    } finally {
      await closed.stop();
    }
  });

  it("an account that was locked by wrong passwords is told apart from a wrong password", async () => {
    const locking = await startSshd({ methods: "keyboard-interactive", locksAfter: 2 });
    try {
      const { page } = await open("Locking", locking.port, {
        ...{ credentialMode: "prompt", username: locking.user.name },
      });
      for (const password of ["wrong-1", "wrong-2"]) {
        await expect
          .poll(() => page.getByTestId("credential-password").inputValue(), { timeout: 15_000 })
          .toBe("");
        await answer(page, { password });
      }
      // The machine asks no third time.
      await endsWith(page, "target_account_locked");
      expect(await page.getByTestId("end-reason").textContent()).toContain("locked after too many wrong");
      await page.getByRole("button", { name: "Connect again" }).click();
      await endsWith(page, "target_account_locked");
      await page.context().close();
      // A stored password, right or wrong, is not to blame.
      const { page: stored } = await open("Locking, stored", locking.port, {
        ...{ credentialMode: "stored", username: locking.user.name, password: locking.user.password },
      });
      await endsWith(stored, "target_account_locked");
      await stored.context().close();
    } finally {
      await locking.stop();
    }
  });

  it("a closed port is told apart from a machine that is off", async () => {
    const { page } = await open("Closed", await freePort(), { credentialMode: "prompt" });
    await endsWith(page, "target_port_closed");
    await page.context().close();
  });

  it("another protocol's port is none that speaks SSH", async () => {
    const { page } = await open("Web", Number(new URL(server.site).port), { credentialMode: "prompt" });
    await endsWith(page, "target_protocol_error");
    await page.context().close();
  });
});

describe("a machine whose host key changes", () => {
  it("is refused with an alarm until an administrator accepts the new one", async () => {
    const { page } = await open("Changing", asking.port, {
      ...{ credentialMode: "stored", username: asking.user.name, password: asking.user.password },
    });
    await isIn(page, asking);
    await page.context().close();
    await asking.changeHostKey();

    const { page: after } = await openLaunchpad(browser, administrator);
    await after.getByTestId("connect-Changing").click();
    await endsWith(after, "target_identity_changed");
    expect(server.peer.output()).toMatch(/identity|host key/i);

    const changing = async () => {
      const { items } = await administrator.call(ROUTES.listMachines);
      const found = items.find(({ name }) => name === "Changing");
      if (!found) throw new Error("no machine");
      return found;
    };
    const { id, identities } = await changing();
    expect(identities.map(({ state, kind }) => `${kind} ${state}`).toSorted()).toEqual([
      "host-key accepted",
      "host-key refused",
    ]);
    const refused = identities.find(({ state }) => state === "refused");
    expect(refused?.description).toMatch(/^ssh-ed25519 SHA256:/);
    await administrator.call(ROUTES.acceptIdentity, { id, identityId: refused?.id ?? "" });
    const accepted = (await changing()).identities.find(({ state }) => state === "accepted");
    expect(accepted).toMatchObject({ id: refused?.id });
    expect(accepted?.acceptedBy).not.toBeNull();
    const { items: audit } = await administrator.call(ROUTES.listAudit);
    expect(audit.find(({ action }) => action === "machine.identity_accepted")).toMatchObject({
      ...{ actorUserId: userId, subjectId: id },
    });

    await after.getByRole("button", { name: "Connect again" }).click();
    await isIn(after, asking);
    await after.context().close();
  });
});
