import { DEFAULT_RELEASE, DEFAULT_SETTINGS } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MIGRATIONS } from "../../store/migrations/registry.ts";
import {
  furnish,
  openTestBroker,
  openTestFeatures,
  signIn,
  signInAdministrator,
  type TestBroker,
  TestBrowser,
} from "../../testing.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const ADMIN = { userId: undefined, name: "admin", address: "" };
let broker: TestBroker;
let admin: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

const change = (fields: object, headers?: Record<string, string>) =>
  admin.api("PATCH", "/settings", fields, headers);

describe("the site's settings", () => {
  test("are the defaults until somebody changes one, and the others stay", async () => {
    const first = await admin.api("GET", "/settings");
    expect(first.body).toEqual({ ...DEFAULT_SETTINGS, configuredKeepAuditMs: null, version: 1 });
    expect(first.headers.get("etag")).toBe('"v1"');
    const changed = await change({ siteName: "  Plant North ", keepSessionsDays: 7, language: "de" });
    const expected = {
      ...first.body,
      siteName: "Plant North",
      keepSessionsDays: 7,
      language: "de",
      version: 2,
    };
    expect(changed.body).toEqual(expected);
    expect(changed.headers.get("etag")).toBe('"v2"');
    expect((await admin.api("GET", "/settings")).body).toEqual(expected);
    expect((await change({})).body).toEqual(expected);
    expect((await change({ language: null })).body).toMatchObject({
      language: null,
      siteName: "Plant North",
    });
  });

  test("are changed on the ground of what was seen, or not at all", async () => {
    await change({ siteName: "One" }, { "if-match": '"v1"' });
    const stale = await change({ siteName: "Two" }, { "if-match": '"v1"' });
    expect([stale.status, stale.body.error.code]).toEqual([412, "version_stale"]);
    expect((await change({ siteName: "Two" }, { "if-match": '"v2"' })).body.siteName).toBe("Two");
    const both = await Promise.all(
      [1, 2].map((n) => change({ siteName: `At once ${n}` }, { "if-match": '"v3"' })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  });

  test("and who changed what is in the audit", async () => {
    await change({ signInNotice: "Authorised use only.", keepAuditDays: 30 });
    expect((await admin.api("GET", "/audit?limit=1")).body.items[0]).toMatchObject({
      ...{ action: "settings.changed", actorName: "admin", outcome: "ok" },
      detail: { signInNotice: "Authorised use only.", keepAuditDays: 30 },
    });
  });

  test.each([
    ["siteName", { siteName: " " }],
    ["siteName", { siteName: "a\u0007b" }],
    ["signInNotice", { signInNotice: "x".repeat(2_001) }],
    ["signInNotice", { signInNotice: "a\u202eb" }],
    ["announcement.text", { announcement: { text: " ", severity: "info" } }],
    ["announcement.severity", { announcement: { text: "x", severity: "panic" } }],
    ["announcement.id", { announcement: { text: "x", severity: "info", id: "mine" } }],
    ["keepSessionsDays", { keepSessionsDays: 0 }],
    ["keepSessionsDays", { keepSessionsDays: 1.5 }],
    ["keepSessionsDays", { keepSessionsDays: null }],
    ["keepAuditDays", { keepAuditDays: 4_000 }],
    ["language", { language: "fr" }],
    ["defaultRelease.afterDisconnectMs", { defaultRelease: { afterDisconnectMs: -1, onSignOut: false } }],
    ["version", { version: 7 }],
  ])("take no wrong %s (%#)", async (field, fields) => {
    const answer = await change(fields);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.error.fields)).toContain(field);
    expect((await admin.api("GET", "/settings")).body.version).toBe(1);
  });
});

describe("what people see of them without asking", () => {
  test("the sign-in page: name, notice and language, for anyone, and nothing else", async () => {
    const notice = "Authorised use only.\nCall 1234 for help.";
    await change({ siteName: "Plant", signInNotice: notice, language: "de", keepAuditDays: 30 });
    const stranger = new TestBrowser(broker.url);
    const { status, body } = await stranger.api("GET", "/site");
    expect([status, body]).toEqual([200, { name: "Plant", signInNotice: notice, language: "de" }]);
    expect((await stranger.api("GET", "/announcement")).status).toBe(401);
  });

  test("the announcement: for everyone signed in, with another id for every other text", async () => {
    const { browser: ada } = await furnish(broker);
    const told = async () => (await ada.api("GET", "/announcement")).body.announcement;
    expect(await told()).toBeNull();
    const announcement = { text: "Down at six.", severity: "warning" };
    await change({ announcement });
    const first = await told();
    expect(first).toEqual({ ...announcement, id: expect.any(String) });
    await change({ announcement, siteName: "Plant" });
    expect(await told()).toEqual(first);
    await change({ announcement: { ...announcement, text: "Down at seven." } });
    expect((await told()).id).not.toBe(first.id);
    await change({ announcement: null });
    expect(await told()).toBeNull();
    expect((await ada.api("GET", "/settings")).status).toBe(403);
  });
});

describe("a new pool without a rule of its own", () => {
  const release = { afterDisconnectMs: 60_000, onSignOut: true };

  test("has the site's where it is floating, made or imported, and eight hours where it is dedicated", async () => {
    await change({ defaultRelease: release });
    const make = async (name: string, kind: string, more = {}) =>
      (await admin.api("POST", "/pools", { name, kind, ...more })).body.release;
    expect(await make("Floating", "floating")).toEqual(release);
    expect(await make("Dedicated", "dedicated")).toEqual(DEFAULT_RELEASE);
    const own = { afterDisconnectMs: null, onSignOut: false };
    expect(await make("Own", "floating", { release: own })).toEqual(own);
    const rows = [
      { name: "Imported", kind: "floating", machines: [] },
      { name: "Bound", kind: "dedicated", machines: [] },
    ];
    const imported = await admin.api("POST", "/imports?kind=pools", rows);
    expect(imported.body).toMatchObject({ errors: [], counts: { pools: { created: 2 } } });
    const { items } = (await admin.api("GET", "/pools?limit=100")).body;
    const releaseOf = (name: string) => items.find((pool: { name: string }) => pool.name === name)?.release;
    expect([releaseOf("Imported"), releaseOf("Bound")]).toEqual([release, DEFAULT_RELEASE]);
  });
});

describe("how long things are kept", () => {
  test("ended sessions and the audit go when their days are over", async () => {
    const features = await openTestFeatures();
    const { clock, db, services, reconciler } = features;
    const { settings, audit } = services;
    await settings.update({ keepSessionsDays: 2, keepAuditDays: 3 }, ADMIN, undefined);
    await db.insertInto("users").values(person()).execute();
    for (const [id, age] of [["old", 3] as const, ["young", 1] as const])
      await db
        .insertInto("sessions")
        .values(endedSession(id, clock.now() - age * DAY_MS))
        .execute();
    await reconciler.runOnce();
    const left = await db.selectFrom("sessions").select("id").execute();
    expect(left).toEqual([{ id: "young" }]);
    clock.advance(3 * DAY_MS + 1);
    await reconciler.runOnce();
    const actions = (await audit.list({ limit: 100 })).map(({ action }) => action);
    expect(actions).toContain("audit.pruned");
    expect(actions).not.toContain("settings.changed");
    await features.close();
  });

  test("for the audit, the configuration file has the last word", async () => {
    const strict = await openTestBroker({ keepAuditMs: 36 * 60 * 60 * 1000 });
    const boss = await signInAdministrator(strict);
    expect((await boss.api("GET", "/settings")).body.configuredKeepAuditMs).toBe(36 * 60 * 60 * 1000);
    const refused = await boss.api("PATCH", "/settings", { keepAuditDays: 9, siteName: "Plant" });
    expect(refused.body.error.fields).toEqual({ keepAuditDays: expect.stringContaining("audit.keep") });
    expect((await boss.api("GET", "/settings")).body.siteName).toBe(DEFAULT_SETTINGS.siteName);
    await strict.close();
  });
});

describe("about", () => {
  test("everyone signed in learns the version and since when; how its parts are, who may read settings", async () => {
    const expiresAt = broker.clock.now() + DAY_MS;
    const syslog = { state: "failing", sent: 4, queued: 3, dropped: 2 } as const;
    const certificate = { expiresAt, isSelfSigned: true };
    const runtime = { node: "24.0.0", platform: "linux x64", residentBytes: 1 };
    const known = await openTestBroker({
      readProgram: async () => ({ certificate, syslog, runtime, lastBackupAt: expiresAt - 2 * DAY_MS }),
    });
    await known.broker.setup.putBuiltInGateway({ id: "local", name: "here", version: "1.0.0" });
    const boss = await signInAdministrator(known);
    await boss.api("POST", "/users", { name: "ada", displayName: "Ada" });
    known.clock.advance(5_000);
    const plain = (await (await signIn(known, "ada")).api("GET", "/about")).body;
    expect(plain).toEqual({
      ...{ version: "0.0.0-test", uptimeMs: 5_000, health: null },
      startedAt: new Date(known.clock.now() - 5_000).toISOString(),
    });
    const { health } = (await boss.api("GET", "/about")).body;
    expect(health).toMatchObject({
      database: {
        version: expect.stringMatching(/^\d+\./),
        migrationsPending: 0,
        schema: Object.keys(MIGRATIONS).at(-1),
      },
      gateways: [{ id: "local", name: "here", kind: "built-in", state: "away", openConnections: 0 }],
      ...{ syslog, certificate: { expiresAt: new Date(expiresAt).toISOString(), isSelfSigned: true } },
      lastBackupAt: new Date(expiresAt - 2 * DAY_MS).toISOString(),
      runtime,
    });
    expect(health.database.sizeBytes).toBeGreaterThan(10_000);
    expect(["sqlite", "postgres"]).toContain(health.database.kind);
    await known.close();
  });

  test("what is not known is said to be nothing", async () => {
    const { health } = (await admin.api("GET", "/about")).body;
    expect(health).toMatchObject({ certificate: null, syslog: null, lastBackupAt: null, runtime: null });
  });
});

function person() {
  const names = { id: "bob", name: "bob", displayName: "Bob" };
  const rest = { roleId: null, passwordHash: null, disabledAt: null, lastSignInAt: null, createdAt: 1 };
  return { ...names, role: "user" as const, ...rest };
}

function endedSession(id: string, at: number) {
  return {
    ...{ id, userId: "bob", poolId: "gone", machineId: "gone", machineName: "Desk", poolName: "Desk" },
    ...({
      state: "ended",
      stateReason: "killed",
      stateSince: at,
      leaseExpiresAt: null,
      isExclusive: 0,
    } as const),
    ...({ startedAt: at, endedAt: at, endReason: "killed" } as const),
  };
}
