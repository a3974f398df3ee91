import { ROUTES, type Route } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { dialectOf } from "../../store/dialects/settings.ts";
import { MIGRATIONS } from "../../store/migrations/registry.ts";
import { readTables } from "../../store/population.testing.ts";
import { shapeOf, type TableShape } from "../../store/schema-shape.ts";
import { type LastingDatabase, newLastingDatabase } from "../../store/testing.ts";
import {
  type Answer,
  furnish,
  openTestBroker,
  signIn,
  TEST_FINGERPRINT,
  type TestBroker,
  TestBrowser,
} from "../../testing.ts";
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

/** A secret in every field that takes one. */
const SECRETS = {
  userPassword: "Zauberwort-eins-1",
  newPassword: "Zauberwort-zwei-2",
  machinePassword: "mS3cret!",
  privateKey: "-----BEGIN PRIVATE KEY-----\nZauberschluessel\n-----END PRIVATE KEY-----",
  passphrase: "Zaubersatz",
  wrongPassword: "Zauberwort-falsch",
};

describe("every route that changes something", () => {
  let site: TestBroker;
  let lasting: LastingDatabase;
  /** Another hand on the same database. */
  let side: Database;
  let shape: readonly TableShape[];
  let people: Awaited<ReturnType<typeof furnish>>;
  const seen = new Set<Route>();

  beforeEach(async () => {
    lasting = await newLastingDatabase();
    site = await openTestBroker({ database: lasting.settings, linkFingerprint: () => TEST_FINGERPRINT });
    side = await openDatabase(dialectOf(lasting.settings));
    shape = await shapeOf(MIGRATIONS);
    people = await furnish(site);
  });
  afterEach(async () => {
    await site.close();
    await side.destroy();
    await lasting.remove();
  });

  interface Asked {
    readonly by?: TestBrowser;
    /** Who the record says it was. */
    readonly actorName?: string;
    readonly id?: string;
    /** What else the path names. */
    readonly other?: string;
    readonly query?: string;
    readonly body?: unknown;
    /** The first record's own words. */
    readonly record: { readonly action: string } & Readonly<Record<string, unknown>>;
    /** Why the change may be there without its record, where a program dies between the two. */
    readonly apartBecause?: string;
  }

  /** Changes nothing while it cannot be recorded; then it is done, and its record is there. Returns the reply. */
  async function told(route: Route, asked: Asked) {
    seen.add(route);
    const { by = people.admin, actorName = "admin", id = "", other = "", query = "", record } = asked;
    const path = `${route.path.replace(/:id\b/, id).replace(/:\w+/, other)}${query}`;
    const ask = () => by.api(route.method, path, asked.body);
    if (asked.apartBecause === undefined) await expectNothingUnrecorded(route, ask);
    const { sequence: before } = await site.broker.audit.head();
    const answer = await ask();
    expect([route.path, Math.floor(answer.status / 100)]).toEqual([route.path, 2]);
    const { items } = (await people.admin.api("GET", "/audit?limit=50")).body;
    const ofThis = items.filter(({ sequence }: AuditRecord) => before < sequence);
    const told = ofThis.find(({ action }: AuditRecord) => action === record.action);
    expect(told).toMatchObject({ actorName, address: "127.0.0.1", outcome: "ok", ...record });
    return answer.body;
  }

  /** All that is written, but for the curve, which the broker itself adds to every few minutes. */
  async function written() {
    const { session_samples: _, ...tables } = await readTables(side, shape);
    return tables;
  }

  async function expectNothingUnrecorded(route: Route, ask: () => Promise<Answer>): Promise<void> {
    const head = await side.deleteFrom("auditHead").returningAll().executeTakeFirstOrThrow();
    const before = await written();
    const { status } = await ask();
    expect([route.path, status]).toEqual([route.path, 500]);
    expect(await written()).toEqual(before);
    await side.insertInto("auditHead").values(head).execute();
  }

  async function peopleAndRights(): Promise<void> {
    const { ada, entitlement } = people;
    const eve = { name: "eve", displayName: "Eve", password: SECRETS.userPassword };
    const user = await told(ROUTES.createUser, {
      body: eve,
      record: { action: "user.created", subjectKind: "user" },
    });
    const onUser = { id: user.id, record: { action: "user.changed", subjectId: user.id } };
    await told(ROUTES.updateUser, { ...onUser, body: { displayName: "Eva" } });
    await told(ROUTES.createSignInLink, { id: user.id, record: { action: "sign_in_link.created" } });
    const staff = { name: "staff", memberIds: [ada.id] };
    const group = await told(ROUTES.createGroup, { body: staff, record: { action: "group.created" } });
    await told(ROUTES.updateGroup, {
      ...{ id: group.id, body: { name: "crew" } },
      record: { action: "group.changed", detail: { name: "crew" } },
    });
    const right = { poolId: people.machine.poolId, groupId: group.id };
    const made = await told(ROUTES.createEntitlement, {
      body: right,
      record: { action: "entitlement.created" },
    });
    await told(ROUTES.updateEntitlement, {
      ...{ id: made.id, body: { networks: ["192.0.2.0/24"] } },
      record: { action: "entitlement.changed", subjectId: made.id },
    });
    for (const { id } of [made, entitlement])
      await told(ROUTES.deleteEntitlement, {
        id,
        record: { action: "entitlement.removed", subjectId: id },
      });
    await told(ROUTES.deleteGroup, {
      id: group.id,
      record: { action: "group.removed", subjectId: group.id },
    });
    await told(ROUTES.deleteUser, { id: user.id, record: { action: "user.removed", subjectId: user.id } });
  }

  /** Made, changed and removed: roles, zones and policies are alike. */
  async function named(
    kind: string,
    [create, update, remove]: readonly [Route, Route, Route],
    fields: object = {},
  ): Promise<void> {
    const about = (verb: string) => ({ action: `${kind}.${verb}`, subjectKind: kind });
    const { id } = await told(create, { body: { name: "First", ...fields }, record: about("created") });
    const known = (verb: string) => ({ id, record: { ...about(verb), subjectId: id } });
    await told(update, { ...known("changed"), body: { name: "Second" } });
    await told(remove, known("removed"));
  }

  async function machinesAndPools(): Promise<void> {
    const { ada, machine, browser } = people;
    const protocols = [
      { protocol: "ssh", port: 22, password: "x".repeat(8), privateKey: SECRETS.privateKey },
    ];
    const fields = { name: "Two", host: "192.0.2.11", protocols };
    const two = await told(ROUTES.createMachine, { body: fields, record: { action: "machine.created" } });
    await told(ROUTES.updateMachine, {
      ...{ id: two.id, body: { macAddress: "00:00:5e:00:53:01" } },
      record: { action: "machine.changed" },
    });
    await told(ROUTES.wakeMachine, {
      id: two.id,
      record: { action: "machine.woken", subjectId: two.id },
      apartBecause: "a machine that was told to start cannot be told not to",
    });
    await told(ROUTES.setPoolPolicy, {
      ...{ id: machine.poolId, body: { idleMs: 5 } },
      record: { action: "pool.policy_set" },
    });
    const pool = await told(ROUTES.createPool, {
      body: { name: "Lab", kind: "dedicated" },
      record: { action: "pool.created", subjectKind: "pool" },
    });
    const onPool = { id: pool.id, record: { action: "pool.updated", subjectId: pool.id } };
    await told(ROUTES.updatePool, { ...onPool, body: { name: "Labs" } });
    await told(ROUTES.setPoolMachines, {
      ...{ id: pool.id, body: { machineIds: [two.id] } },
      record: { action: "pool.machines_set", subjectId: pool.id },
    });
    await people.admin.api("POST", "/entitlements", { poolId: pool.id, userId: ada.id });
    expect((await browser.api("POST", `/desktops/${pool.id}/connections`, {})).status).toBe(201);
    await told(ROUTES.removePoolAssignment, {
      ...{ id: pool.id, other: ada.id },
      record: { action: "pool.assignment_removed", subjectId: pool.id },
    });
    await told(ROUTES.deletePool, { id: pool.id, record: { action: "pool.removed", subjectId: pool.id } });
    const shown = {
      machineId: two.id,
      protocol: "ssh",
      kind: "host-key",
      isAuthorityVerified: false,
    } as const;
    for (const fingerprint of ["1".repeat(64), "2".repeat(64)])
      await site.broker.calls.judgeIdentity({ ...shown, fingerprint, description: "a key" });
    const { identities } = (await people.admin.api("GET", `/machines/${two.id}`)).body;
    const refused = identities.find(({ state }: { readonly state: string }) => state === "refused");
    await told(ROUTES.acceptIdentity, {
      ...{ id: two.id, other: refused.id },
      record: { action: "machine.identity_accepted", subjectId: two.id },
    });
    await told(ROUTES.deleteMachine, { id: two.id, record: { action: "machine.removed" } });
  }

  async function sessions(): Promise<void> {
    const { browser, machine } = people;
    const id = machine.poolId;
    const hers = { by: browser, actorName: "ada" };
    const connect = (action: string) =>
      told(ROUTES.connectDesktop, { ...hers, id, body: {}, record: { action, subjectKind: "session" } });
    const { sessionId } = await connect("session.began");
    await connect("session.resumed");
    const onSession = { id: sessionId, record: { action: "session.ended", subjectId: sessionId } };
    await told(ROUTES.sendSessionMessage, {
      ...{ id: sessionId, body: { text: "Lunch" } },
      record: { action: "session.message_sent", subjectId: sessionId, detail: { text: "Lunch" } },
    });
    await told(ROUTES.killSession, onSession);
    const again = await connect("session.began");
    await told(ROUTES.endDesktopSession, {
      ...{ ...hers, id },
      record: { ...onSession.record, subjectId: again.sessionId, detail: { reason: "ended_by_person" } },
    });
  }

  async function gatewaysTokensAndImports(): Promise<void> {
    const far = { id: "far", name: "far", publicKey: "key", zone: "", version: "1", addedAt: 1 };
    await side
      .insertInto("gateways")
      .values({ ...far, lastSeenAt: null, removedAt: null })
      .execute();
    const onGateway = { subjectKind: "gateway", subjectId: far.id };
    await told(ROUTES.renameGateway, {
      ...{ id: far.id, body: { name: "further" } },
      record: { ...onGateway, action: "gateway.renamed" },
    });
    await told(ROUTES.renameGateway, {
      ...{ id: far.id, body: { zoneId: null } },
      record: { ...onGateway, action: "gateway.zone_set" },
    });
    await told(ROUTES.removeGateway, {
      id: far.id,
      record: { ...onGateway, action: "gateway.removed" },
    });
    await told(ROUTES.createGatewayCode, {
      body: { name: "third" },
      record: { action: "gateway.code-created", detail: { name: "third" } },
    });
    await told(ROUTES.updateSettings, {
      body: { siteName: "Plant" },
      record: { action: "settings.changed" },
    });
    const expiresAt = new Date(site.clock.now() + 3_600_000).toISOString();
    for (const route of [ROUTES.deleteMyToken, ROUTES.deleteToken]) {
      const fields = { name: "ci", scopes: ["*"], expiresAt };
      const { id } = await told(ROUTES.createMyToken, { body: fields, record: { action: "token.created" } });
      await told(route, { id, record: { action: "token.removed", subjectId: id } });
    }
    await told(ROUTES.createImport, {
      ...{ query: "?kind=groups", body: [{ name: "Imported" }] },
      record: { action: "import.run", detail: { counts: { groups: { created: 1 } } } },
      apartBecause: "the chain must not be held for as long as a large import takes",
    });
  }

  async function signIns(): Promise<void> {
    const { ada, admin } = people;
    const hers = { actorName: "ada", by: new TestBrowser(site.url) };
    await admin.api("PATCH", `/users/${ada.id}`, { password: SECRETS.userPassword });
    const body = { name: "ada", password: SECRETS.userPassword };
    const record = { action: "sign_in.succeeded", subjectId: ada.id };
    await told(ROUTES.createBearerToken, { ...hers, body, record });
    const { path } = (await admin.api("POST", `/users/${ada.id}/sign-in-links`)).body;
    // A link is used up whether or not somebody gets in by it.
    const apartBecause = "a secret that was shown is worth nothing any more";
    const secret = path.split("#")[1];
    await told(ROUTES.signInWithLink, { ...hers, body: { secret }, record, apartBecause });
    await told(ROUTES.signInWithPassword, { ...hers, body, record });
    await told(ROUTES.keepMyPassword, {
      ...{ ...hers, body: { password: SECRETS.userPassword } },
      record: { action: "sign_in.password_kept", subjectId: ada.id },
      apartBecause: "it is kept in memory, not in the database",
    });
    await told(ROUTES.forgetMyPassword, {
      ...{ ...hers, record: { action: "sign_in.password_forgotten", subjectId: ada.id } },
      apartBecause: "it is kept in memory, not in the database",
    });
    await told(ROUTES.setMyPassword, {
      ...hers,
      body: { currentPassword: SECRETS.userPassword, newPassword: SECRETS.newPassword },
      record: { action: "user.password_changed", subjectId: ada.id },
    });
    await told(ROUTES.signOut, { ...hers, record: { action: "sign_in.ended", subjectId: ada.id } });
  }

  test("leaves a record, with who, from where, what and how it went, and does nothing without", async () => {
    await sessions();
    await named("role", [ROUTES.createRole, ROUTES.updateRole, ROUTES.deleteRole], { permissions: [] });
    await named("zone", [ROUTES.createZone, ROUTES.updateZone, ROUTES.deleteZone]);
    await named("policy", [ROUTES.createPolicy, ROUTES.updatePolicy, ROUTES.deletePolicy]);
    await machinesAndPools();
    await gatewaysTokensAndImports();
    await peopleAndRights();
    await signIns();
    // A route that changes something and is named nowhere here was forgotten.
    const notAudited: readonly Route[] = [
      // Asks a machine, and changes nothing.
      ROUTES.probeMachine,
      // A person's own star on the launchpad is nobody's business.
      ROUTES.setFavourite,
    ];
    const forgotten = Object.entries<Route>(ROUTES).filter(
      ([, route]) => route.method !== "GET" && !seen.has(route) && !notAudited.includes(route),
    );
    expect(forgotten.map(([name]) => name)).toEqual([]);
    expect(await site.broker.audit.verify()).toMatchObject({ isWhole: true });
  }, 60_000);
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
