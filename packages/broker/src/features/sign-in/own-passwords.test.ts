import { PERMISSION_NAMES, Secret } from "@deskgate/contract";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SIGN_IN_ABSOLUTE_MS, SIGN_IN_IDLE_MS } from "../../domain/sign-in.ts";
import { type LastingDatabase, newLastingDatabase } from "../../store/testing.ts";
import { systemRandom } from "../../system-random.ts";
import {
  furnish,
  openTestBroker,
  openTestFeatures,
  signIn,
  type TestBroker,
  TestBrowser,
  TestClock,
} from "../../testing.ts";
import { OwnPasswords } from "./own-passwords.ts";

const PASSWORD = "correct horse battery";
const NEWER = "staple gun carousel";

describe("what is kept", () => {
  let clock: TestClock;
  let kept: OwnPasswords;

  beforeEach(() => {
    clock = new TestClock();
    kept = new OwnPasswords({ clock, random: systemRandom });
  });

  test("comes back as it was, whatever it was, for its own sign-in alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.uuid(), fc.uuid(), (password, signInId, other) => {
        fc.pre(signInId !== other);
        kept.keep({ userId: "u", signInId }, new Secret(password));
        expect(kept.find(signInId)?.reveal()).toBe(password);
        expect(kept.find(other)).toBeUndefined();
        kept.drop(signInId);
        expect([kept.find(signInId), kept.size]).toEqual([undefined, 0]);
      }),
    );
  });

  test("goes with an idle sign-in, and with one that has lived its time", () => {
    kept.keep({ userId: "u", signInId: "idle" }, new Secret(PASSWORD));
    kept.keep({ userId: "u", signInId: "busy" }, new Secret(PASSWORD));
    for (let passed = 0; passed < SIGN_IN_ABSOLUTE_MS; passed += SIGN_IN_IDLE_MS / 2) {
      expect(kept.find("busy")?.reveal()).toBe(PASSWORD);
      clock.advance(SIGN_IN_IDLE_MS / 2);
      kept.markSeen("busy");
      kept.dropExpired();
    }
    expect([kept.find("idle"), kept.find("busy"), kept.size]).toEqual([undefined, undefined, 0]);
  });

  test("goes with all sign-ins of a person but the one that stays", () => {
    for (const [userId, signInId] of [
      ["u", "1"],
      ["u", "2"],
      ["v", "3"],
    ] as const)
      kept.keep({ userId, signInId }, new Secret(PASSWORD));
    kept.dropOf("u", "2");
    expect(["1", "2", "3"].map((id) => kept.find(id)?.reveal())).toEqual([undefined, PASSWORD, PASSWORD]);
  });

  test("shows nothing when it is printed", () => {
    kept.keep({ userId: "u", signInId: "1" }, new Secret(PASSWORD));
    expect(JSON.stringify(kept)).toBe("{}");
  });
});

test("signing out, signing in anew and being disabled each let go of it", async () => {
  const { services, ownPasswords, close } = await openTestFeatures();
  const { signIn: signIns, users } = services;
  const { user } = await users.ensureAdministrator();
  const who = { userId: user.id, name: "admin", address: "192.0.2.9" };
  const caller = { ...who, signInId: "none", permissions: PERMISSION_NAMES };
  const role = "administrator";
  const fields = { name: "ada", displayName: "Ada", role, password: PASSWORD, groupIds: [] };
  const ada = await users.create(fields, caller);
  const origin = { address: "192.0.2.9", userAgent: "", previousToken: undefined };
  const enter = (previousToken?: string) =>
    signIns.withPassword({ name: "ada", password: PASSWORD }, { ...origin, previousToken });
  const first = await enter();
  const second = await enter(first.token.reveal());
  expect([ownPasswords.size, ownPasswords.find(second.caller.signInId)?.reveal()]).toEqual([1, PASSWORD]);
  await signIns.signOut(second.caller, origin.address);
  expect(ownPasswords.size).toBe(0);
  await enter();
  await users.update(ada.id, { isDisabled: true }, caller);
  expect(ownPasswords.size).toBe(0);
  await close();
});

describe("a machine that takes the person's own", () => {
  let lasting: LastingDatabase;
  let broker: TestBroker;
  let room: Awaited<ReturnType<typeof furnish>>;

  beforeEach(async () => {
    lasting = await newLastingDatabase();
    broker = await openTestBroker({ database: lasting.settings });
    room = await furnish(broker);
    await room.admin.api("PATCH", `/users/${room.ada.id}`, { password: PASSWORD });
    const protocols = [{ protocol: "rdp", port: 3389, credentialMode: "own", domain: "SITE" }];
    await room.admin.api("PATCH", `/machines/${room.machine.id}`, { protocols });
  });
  afterEach(async () => {
    await broker.close();
    await lasting.remove();
  });

  async function byPassword(password: string): Promise<TestBrowser> {
    const browser = new TestBrowser(broker.url);
    const answer = await browser.api("POST", "/sign-in/password", { name: "ada", password });
    expect(answer.status).toBe(200);
    return browser;
  }

  function connect(browser: TestBrowser) {
    return browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
  }

  function lastAdmission() {
    return broker.gateway.reservations.at(-1)?.admission;
  }

  const STORED = { username: "ada", domain: "SITE", password: PASSWORD };
  const ASKED = { credentialMode: "prompt", suggestedUsername: "ada", suggestedDomain: "SITE" };

  test("gets it from the gateway, by a reservation or by the ticket itself", async () => {
    const { body } = await connect(await byPassword(PASSWORD));
    expect(body).toMatchObject({ credentialMode: "stored", suggestedUsername: "" });
    expect(lastAdmission()).toMatchObject({ credentialMode: "stored", credential: STORED });
    const ticketHash = broker.gateway.reservations.at(-1)?.ticketHash ?? "";
    const reply = await broker.broker.calls.admit({ gatewayId: "gateway-2", ticketHash });
    expect(reply).toMatchObject({ admission: { credentialMode: "stored", credential: STORED } });
  });

  test("asks whoever signed in without one, and knows only the name", async () => {
    expect((await connect(await signIn(broker, "ada"))).body).toMatchObject(ASKED);
    expect(lastAdmission()?.credential).toEqual({ username: "ada", domain: "SITE" });
  });

  test("asks once who signed in without one, and gets it from then on, until it is taken back", async () => {
    const ada = await signIn(broker, "ada");
    expect((await connect(ada)).body).toMatchObject({ ...ASKED, isOwnCredential: true });
    const keep = (password: string) => ada.api("PUT", "/me/password-at-hand", { password });
    expect((await keep("not the password")).body.error.code).toBe("credentials_wrong");
    expect((await connect(ada)).body.credentialMode).toBe("prompt");
    expect((await keep(PASSWORD)).status).toBe(204);
    expect((await connect(ada)).body).toMatchObject({ credentialMode: "stored", isOwnCredential: true });
    expect(lastAdmission()?.credential).toEqual(STORED);
    // Another sign-in of the same person has nothing of it.
    expect((await connect(await signIn(broker, "ada"))).body.credentialMode).toBe("prompt");
    expect((await ada.api("DELETE", "/me/password-at-hand")).status).toBe(204);
    expect((await connect(ada)).body.credentialMode).toBe("prompt");
  });

  test("keeps nothing for whoever has no password of their own", async () => {
    await room.admin.api("POST", "/users", { name: "bob", displayName: "Bob" });
    const bob = await signIn(broker, "bob");
    const answer = await bob.api("PUT", "/me/password-at-hand", { password: "" });
    expect(answer.body.error.code).toBe("credentials_wrong");
  });

  test("follows a change of one's own password, and asks after an administrator's", async () => {
    const ada = await byPassword(PASSWORD);
    await ada.api("PUT", "/me/password", { currentPassword: PASSWORD, newPassword: NEWER });
    await connect(ada);
    expect(lastAdmission()?.credential).toEqual({ ...STORED, password: NEWER });
    const { id } = (await room.admin.api("GET", "/me")).body;
    const fields = { poolId: room.machine.poolId, userId: id };
    await room.admin.api("POST", "/entitlements", fields);
    await room.admin.api("PUT", "/me/password", { newPassword: PASSWORD });
    await room.admin.api("PATCH", `/users/${id}`, { password: NEWER });
    expect((await connect(room.admin)).body.credentialMode).toBe("prompt");
  });

  test("asks after a restart, though the sign-in lives on", async () => {
    const ada = await byPassword(PASSWORD);
    await broker.close();
    broker = await openTestBroker({ database: lasting.settings });
    const again = new TestBrowser(broker.url);
    again.cookie = ada.cookie;
    expect((await again.api("GET", "/me")).status).toBe(200);
    expect((await connect(again)).body).toMatchObject(ASKED);
  });

  test("leaves no trace of it in the log, the database or what the API says", async () => {
    const ada = await byPassword(PASSWORD);
    const replies = [await connect(ada), await ada.api("GET", "/me"), await ada.api("GET", "/desktops")];
    const paths = ["/machines", "/users", "/sessions", "/audit", "/pools", "/entitlements", "/policies"];
    for (const one of paths) replies.push(await room.admin.api("GET", one));
    await ada.api("POST", "/sign-out");
    expect(lastAdmission()?.credential.password).toBe(PASSWORD);
    for (const { status, body } of replies) {
      expect(status).toBeLessThan(300);
      expect(JSON.stringify(body)).not.toContain(PASSWORD);
    }
    expect(JSON.stringify(broker.log.lines)).not.toContain(PASSWORD);
    const stored = await lasting.readAll();
    expect(stored).toContain("ada");
    expect(stored).not.toContain(PASSWORD);
  });

  test("is set to nothing else by a secret that is sent along", async () => {
    const protocols = [{ protocol: "rdp", port: 3389, credentialMode: "own", password: "s3cret-pw" }];
    const { body } = await room.admin.api("PATCH", `/machines/${room.machine.id}`, { protocols });
    expect(body.protocols).toMatchObject([{ credentialMode: "own", hasPassword: false }]);
  });
});
