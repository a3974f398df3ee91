/** What the audit tells of sign-ins, passwords, sessions and refusals, what it never tells, and how it is read. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, signIn, type TestBroker, TestBrowser } from "../../testing.ts";
import type { AuditRecord } from "./chain.ts";
import { SECRETS } from "./secrets.testing.ts";

let broker: TestBroker;
let room: Awaited<ReturnType<typeof furnish>>;
let heard: AuditRecord[];

beforeEach(async () => {
  heard = [];
  broker = await openTestBroker({ onAudit: (record) => void heard.push(record) });
  room = await furnish(broker);
});
afterEach(() => broker.close());

/** Everything in the audit, oldest first. */
async function records(): Promise<AuditRecord[]> {
  const all: AuditRecord[] = [];
  for await (const record of broker.broker.audit.readAll()) all.push(record);
  return all;
}

async function newest(): Promise<Record<string, unknown>> {
  return (await room.admin.api("GET", "/audit?limit=1")).body.items[0];
}

describe("a sign-in", () => {
  const password = (browser: TestBrowser, name: string, word: string) =>
    browser.api("POST", "/sign-in/password", { name, password: word });

  test("that went well is there, and its end", async () => {
    await room.admin.api("PATCH", `/users/${room.ada.id}`, { password: SECRETS.userPassword });
    const browser = new TestBrowser(broker.url);
    await password(browser, "ada", SECRETS.userPassword);
    expect(await newest()).toMatchObject({
      ...{ action: "sign_in.succeeded", outcome: "ok", actorName: "ada", address: "127.0.0.1" },
      ...{ subjectId: room.ada.id, detail: { method: "password" } },
    });
    await browser.api("POST", "/sign-out");
    expect(await newest()).toMatchObject({ action: "sign_in.ended", actorName: "ada" });
  });

  test("that was refused is there with its code, and names an account only where there is one", async () => {
    const browser = new TestBrowser(broker.url);
    await password(browser, "ada", SECRETS.wrongPassword);
    const refused = { action: "sign_in.refused", outcome: "credentials_wrong", address: "127.0.0.1" };
    expect(await newest()).toMatchObject({ ...refused, actorName: "ada", actorUserId: room.ada.id });
    // People type passwords into the wrong field.
    await password(browser, SECRETS.wrongPassword, SECRETS.wrongPassword);
    expect(await newest()).toMatchObject({ ...refused, actorName: "", actorUserId: null });
    await browser.api("POST", "/sign-in/link", { secret: "nothing" });
    expect(await newest()).toMatchObject({ outcome: "link_invalid", detail: { method: "link" } });
  });

  test("of a stranger who tries without end does not fill the audit", async () => {
    const browser = new TestBrowser(broker.url);
    for (let attempt = 0; attempt < 40; attempt++) await password(browser, `nobody${attempt}`, "wrong-word");
    const refused = (await records()).filter(({ action }) => action === "sign_in.refused");
    expect(refused.length).toBe(40);
    expect(refused.some(({ outcome }) => outcome === "too_many_attempts")).toBe(true);
  });
});

describe("a password of one's own", () => {
  test("that was set, or not for want of the old one, is there", async () => {
    const { browser, ada } = room;
    await browser.api("PUT", "/me/password", { newPassword: SECRETS.newPassword });
    const told = { action: "user.password_changed", actorName: "ada", subjectId: ada.id };
    expect(await newest()).toMatchObject({ ...told, outcome: "ok" });
    const change = { currentPassword: SECRETS.wrongPassword, newPassword: SECRETS.userPassword };
    await browser.api("PUT", "/me/password", change);
    expect(await newest()).toMatchObject({ ...told, outcome: "credentials_wrong" });
  });

  test("that is to be at hand, or not any more, is there", async () => {
    const { browser, ada } = room;
    await browser.api("PUT", "/me/password", { newPassword: SECRETS.newPassword });
    const told = { actorName: "ada", subjectKind: "user", subjectId: ada.id };
    await browser.api("PUT", "/me/password-at-hand", { password: SECRETS.wrongPassword });
    const kept = { ...told, action: "sign_in.password_kept" };
    expect(await newest()).toMatchObject({ ...kept, outcome: "credentials_wrong" });
    await browser.api("PUT", "/me/password-at-hand", { password: SECRETS.newPassword });
    expect(await newest()).toMatchObject({ ...kept, outcome: "ok" });
    await browser.api("DELETE", "/me/password-at-hand");
    expect(await newest()).toMatchObject({ ...told, action: "sign_in.password_forgotten", outcome: "ok" });
  });
});

describe("a session", () => {
  test("is told of from its beginning to its end, with the one who ended it", async () => {
    const { browser, machine, admin } = room;
    const connect = () => browser.api("POST", `/desktops/${machine.poolId}/connections`, {});
    const { sessionId } = (await connect()).body;
    const session = { subjectKind: "session", subjectId: sessionId };
    expect(await newest()).toMatchObject({ ...session, action: "session.began", actorName: "ada" });
    await connect();
    expect(await newest()).toMatchObject({ ...session, action: "session.resumed", actorName: "ada" });
    await admin.api("DELETE", `/sessions/${sessionId}`);
    expect(await newest()).toMatchObject({
      ...{ ...session, action: "session.ended", actorName: "admin" },
      detail: { reason: "killed", userId: room.ada.id },
    });
    await connect();
    await admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    expect(await newest()).toMatchObject({
      ...{ action: "session.ended", actorName: "deskgate", detail: { reason: "access_removed" } },
    });
  });

  test("that was refused is there with its code: no right, and a gateway that does not answer", async () => {
    const { browser, machine, admin } = room;
    broker.gateway.onReserve = async () => {
      throw new Error("away");
    };
    await browser.api("POST", `/desktops/${machine.poolId}/connections`, {});
    const refused = { action: "desktop.refused", actorName: "ada", subjectId: machine.poolId };
    expect(await newest()).toMatchObject({ ...refused, outcome: "no_gateway" });
    await admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    await browser.api("POST", `/desktops/${machine.poolId}/connections`, {});
    expect(await newest()).toMatchObject({ ...refused, outcome: "desktop_not_entitled" });
  });
});

describe("a ticket that a gateway refused", () => {
  const refuse = (ticketHash: string | undefined, omitted = 0) =>
    broker.broker.calls.tunnelsRefused({
      gatewayId: "gateway-1",
      refusals: [{ code: "ticket_used", viewerAddress: "192.0.2.66", ...(ticketHash ? { ticketHash } : {}) }],
      omitted,
    });

  test("is there with whose it was, and with nobody where it was none", async () => {
    await room.browser.api("POST", `/desktops/${room.machine.poolId}/connections`, {});
    const { ticketHash, admission } = broker.gateway.reservations.at(-1) ?? {};
    await refuse(ticketHash);
    const refused = { action: "ticket.refused", outcome: "ticket_used", address: "192.0.2.66" };
    expect(await newest()).toMatchObject({
      ...{ ...refused, actorName: "ada", subjectKind: "connection", subjectId: admission?.connectionId },
    });
    await refuse("0".repeat(64));
    expect(await newest()).toMatchObject({ ...refused, actorName: "", subjectId: "gateway-1" });
  });

  test("beyond the number that is told is counted", async () => {
    await refuse(undefined, 1_000);
    broker.clock.advance(60_000);
    await refuse(undefined);
    const [, omitted] = (await records()).toReversed();
    expect(omitted).toMatchObject({ action: "audit.refusals_omitted", detail: '{"count":1000}' });
  });
});

test("nothing secret stands in any record, and whoever listens hears every record in order", async () => {
  const { admin, ada, machine, browser } = room;
  const { userPassword, newPassword, machinePassword, privateKey, passphrase } = SECRETS;
  await admin.api("PATCH", `/users/${ada.id}`, { password: userPassword });
  const link = (await admin.api("POST", `/users/${ada.id}/sign-in-links`)).body.path.split("#")[1];
  const signedIn = await signIn(broker, "ada");
  const change = { currentPassword: userPassword, newPassword };
  await signedIn.api("PUT", "/me/password", change);
  const ssh = {
    protocol: "ssh",
    port: 22,
    username: "root",
    password: machinePassword,
    privateKey,
    passphrase,
  };
  expect((await admin.api("PATCH", `/machines/${machine.id}`, { protocols: [ssh] })).status).toBe(200);
  await new TestBrowser(broker.url).api("POST", "/sign-in/password", {
    name: "ada",
    password: SECRETS.wrongPassword,
  });
  const opened = (await signedIn.api("POST", `/desktops/${machine.poolId}/connections`, {})).body;
  const tokens = [signedIn, admin, browser].map(({ cookie }) => cookie?.split("=")[1] ?? "");
  const all = await records();
  const text = JSON.stringify(all);
  for (const secret of [...Object.values(SECRETS), link, opened.ticket, ...tokens]) {
    expect(secret).toMatch(/.{8}/);
    expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
  }
  expect(text).toContain('\\"secretsSet\\":[\\"password\\",\\"privateKey\\",\\"passphrase\\"]');
  expect(heard).toEqual(all);
  expect(await broker.broker.audit.verify()).toMatchObject({ isWhole: true, count: all.length });
});

describe("GET /audit", () => {
  test("goes through all pages without a gap, newest first", async () => {
    const seen: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await room.admin.api("GET", `/audit?limit=3${cursor && `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map(({ sequence }: AuditRecord) => sequence));
      cursor = page.body.nextCursor;
    }
    const { sequence } = await broker.broker.audit.head();
    expect(seen).toEqual(Array.from({ length: sequence }, (_, index) => sequence - index));
  });

  test.each(["x", "-1", "0", "1.5", "9".repeat(30), "%00"])("refuses the cursor %s", async (cursor) => {
    const answer = await room.admin.api("GET", `/audit?cursor=${cursor}`);
    expect([answer.status, answer.body.error.code]).toEqual([400, "cursor_invalid"]);
  });

  test("names a filter that is none", async () => {
    const answer = await room.admin.api("GET", "/audit?from=yesterday");
    expect(answer.body.error).toMatchObject({
      code: "query_invalid",
      fields: { from: expect.any(String) },
    });
  });
});
