/**
 * Every route of the table that changes something, asked of a site whose audit can fail
 * (`audited-site.testing.ts`). It names a route that was forgotten. What records say is in `records.test.ts`.
 */
import { ROUTES, type Route } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestBrowser } from "../../testing.ts";
import { type Asked, AuditedSite } from "./audited-site.testing.ts";
import { SECRETS } from "./secrets.testing.ts";

describe("every route that changes something", () => {
  let site: AuditedSite;
  const told = (route: Route, asked: Asked) => site.told(route, asked);

  beforeEach(async () => {
    site = await AuditedSite.open();
  });
  afterEach(() => site.close());

  async function peopleAndRights(): Promise<void> {
    const { ada, entitlement } = site.people;
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
    const right = { poolId: site.people.machine.poolId, groupId: group.id };
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
    const { ada, machine, browser } = site.people;
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
    await site.people.admin.api("POST", "/entitlements", { poolId: pool.id, userId: ada.id });
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
      await site.broker.broker.calls.judgeIdentity({ ...shown, fingerprint, description: "a key" });
    const { identities } = (await site.people.admin.api("GET", `/machines/${two.id}`)).body;
    const refused = identities.find(({ state }: { readonly state: string }) => state === "refused");
    await told(ROUTES.acceptIdentity, {
      ...{ id: two.id, other: refused.id },
      record: { action: "machine.identity_accepted", subjectId: two.id },
    });
    await told(ROUTES.deleteMachine, { id: two.id, record: { action: "machine.removed" } });
  }

  async function sessions(): Promise<void> {
    const { browser, machine } = site.people;
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
    await site.side
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
    const expiresAt = new Date(site.broker.clock.now() + 3_600_000).toISOString();
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
    const { ada, admin } = site.people;
    const hers = { actorName: "ada", by: new TestBrowser(site.broker.url) };
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
      ([, route]) => route.method !== "GET" && !site.wasAsked(route) && !notAudited.includes(route),
    );
    expect(forgotten.map(([name]) => name)).toEqual([]);
    expect(await site.broker.broker.audit.verify()).toMatchObject({ isWhole: true });
  }, 60_000);
});
