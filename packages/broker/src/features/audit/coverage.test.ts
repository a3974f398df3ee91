import { ROUTES, type Route } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, signIn, type TestBroker, TestBrowser } from "../../testing.ts";
import type { AuditRecord } from "./chain.ts";

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

const ROLE = { subjectKind: "role" } as const;

/** A secret in every field that takes one. */
const SECRETS = {
  userPassword: "Zauberwort-eins-1",
  newPassword: "Zauberwort-zwei-2",
  machinePassword: "mS3cret!",
  privateKey: "-----BEGIN PRIVATE KEY-----\nZauberschluessel\n-----END PRIVATE KEY-----",
  passphrase: "Zaubersatz",
  wrongPassword: "Zauberwort-falsch",
};

test("every route that changes something leaves a record, with who, from where, what and how it went", async () => {
  const { admin, ada, machine, entitlement } = room;
  const seen = new Set<Route>();
  const told = async (route: Route, id: string, body: unknown, expected: object) => {
    seen.add(route);
    const answer = await admin.api(route.method, route.path.replace(/:id\b/, id), body);
    expect([route.path, Math.floor(answer.status / 100)]).toEqual([route.path, 2]);
    const from = { actorName: "admin", address: "127.0.0.1", outcome: "ok" };
    expect(await newest()).toMatchObject({ ...from, ...expected });
    return answer.body;
  };
  const protocols = [{ protocol: "ssh", port: 22, password: "x".repeat(8), privateKey: SECRETS.privateKey }];
  const eve = { name: "eve", displayName: "Eve", password: SECRETS.userPassword };
  const user = await told(ROUTES.createUser, "", eve, { action: "user.created", subjectKind: "user" });
  await told(
    ROUTES.updateUser,
    user.id,
    { displayName: "Eva" },
    { action: "user.changed", subjectId: user.id },
  );
  await told(ROUTES.createSignInLink, user.id, undefined, { action: "sign_in_link.created" });
  const group = await told(
    ROUTES.createGroup,
    "",
    { name: "staff", memberIds: [ada.id] },
    { action: "group.created" },
  );
  await told(
    ROUTES.updateGroup,
    group.id,
    { name: "crew" },
    { action: "group.changed", detail: { name: "crew" } },
  );
  const fields = { name: "Two", host: "192.0.2.11", protocols };
  const two = await told(ROUTES.createMachine, "", fields, { action: "machine.created" });
  await told(ROUTES.updateMachine, two.id, { description: "x" }, { action: "machine.changed" });
  await told(ROUTES.setPoolPolicy, machine.poolId, { idleMs: 5 }, { action: "pool.policy_set" });
  const right = { poolId: two.poolId, groupId: group.id };
  const made = await told(ROUTES.createEntitlement, "", right, { action: "entitlement.created" });
  await told(ROUTES.updateEntitlement, made.id, { networks: ["192.0.2.0/24"] }, { subjectId: made.id });
  const role = await told(ROUTES.createRole, "", { name: "Desk", permissions: ["users.read"] }, ROLE);
  await told(ROUTES.updateRole, role.id, { name: "Help" }, { ...ROLE, subjectId: role.id });
  await told(ROUTES.deleteRole, role.id, undefined, { ...ROLE, subjectId: role.id });
  const zone = await told(ROUTES.createZone, "", { name: "North" }, { subjectKind: "zone" });
  await told(ROUTES.updateZone, zone.id, { name: "South" }, { subjectId: zone.id });
  await told(ROUTES.deleteZone, zone.id, undefined, { subjectId: zone.id });
  await told(ROUTES.updateSettings, "", { siteName: "Plant" }, { action: "settings.changed" });
  await broker.broker.setup.putBuiltInGateway({ id: "local", name: "here", version: "1" });
  await told(ROUTES.renameGateway, "local", { name: "there" }, { action: "gateway.renamed" });
  await told(ROUTES.renameGateway, "local", { zoneId: null }, { action: "gateway.zone_set" });
  const policy = await told(ROUTES.createPolicy, "", { name: "Strict" }, { subjectKind: "policy" });
  await told(ROUTES.updatePolicy, policy.id, { name: "Stricter" }, { subjectId: policy.id });
  await told(ROUTES.deletePolicy, policy.id, undefined, { subjectId: policy.id });
  const pool = await told(ROUTES.createPool, "", { name: "Lab", kind: "floating" }, { subjectKind: "pool" });
  await told(ROUTES.updatePool, pool.id, { name: "Labs" }, { subjectId: pool.id });
  await told(ROUTES.setPoolMachines, pool.id, { machineIds: [two.id] }, { subjectId: pool.id });
  await told(ROUTES.deletePool, pool.id, undefined, { subjectId: pool.id });
  const expiresAt = new Date(broker.clock.now() + 3_600_000).toISOString();
  const token = await told(ROUTES.createMyToken, "", { name: "ci", scopes: ["*"], expiresAt }, {});
  await told(ROUTES.deleteMyToken, token.id, undefined, { subjectId: token.id });
  await told(ROUTES.deleteEntitlement, made.id, undefined, {
    action: "entitlement.removed",
    subjectId: made.id,
  });
  await told(ROUTES.deleteMachine, two.id, undefined, { action: "machine.removed" });
  await told(ROUTES.deleteGroup, group.id, undefined, { action: "group.removed", subjectId: group.id });
  await told(ROUTES.deleteUser, user.id, undefined, { action: "user.removed", subjectId: user.id });
  await told(ROUTES.deleteEntitlement, entitlement.id, undefined, { action: "entitlement.removed" });
  // A route that changes something and is named nowhere here was forgotten.
  const elsewhere: readonly Route[] = [
    ...[ROUTES.signInWithPassword, ROUTES.signInWithLink, ROUTES.createBearerToken, ROUTES.signOut],
    ...[ROUTES.setMyPassword, ROUTES.connectDesktop, ROUTES.killSession, ROUTES.acceptIdentity],
    ...[ROUTES.endDesktopSession, ROUTES.sendSessionMessage, ROUTES.removePoolAssignment],
    ...[ROUTES.removeGateway, ROUTES.createGatewayCode],
    ...[ROUTES.createImport, ROUTES.deleteToken],
    // Asks a machine, and changes nothing.
    ROUTES.probeMachine,
    // A person's own star on the launchpad is nobody's business.
    ROUTES.setFavourite,
  ];
  const forgotten = Object.entries<Route>(ROUTES).filter(
    ([, route]) => route.method !== "GET" && !seen.has(route) && !elsewhere.includes(route),
  );
  expect(forgotten.map(([name]) => name)).toEqual([]);
});

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
