/** What must hold when several brokers work on one database at the same time, whichever database it is. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NO_FAULTS } from "../domain/faults.ts";
import { type Database, openDatabase } from "./database.ts";
import { DesktopsStore } from "./desktops-store.ts";
import { dialectOf } from "./dialects/settings.ts";
import { EndingsStore } from "./ending-store.ts";
import { EntitlementsStore } from "./entitlements-store.ts";
import { MachinesStore } from "./machines-store.ts";
import { LinksStore, SignInsStore } from "./sign-in-store.ts";
import { type LastingDatabase, newLastingDatabase } from "./testing.ts";
import { ThrottlesStore } from "./throttles-store.ts";
import { TicketsStore } from "./tickets-store.ts";
import { UsersStore } from "./users-store.ts";

const NOW = 1_700_000_000_000;
const POOL = "pool-1";
const MACHINE = "machine-1";

const NO_CREDENTIAL = {
  credentialMode: "none",
  ...{ username: "", domain: "" },
  ...{ sealedPassword: null, sealedPrivateKey: null, sealedPassphrase: null },
} as const;

let lasting: LastingDatabase;
/** Two brokers' ends of one database. */
let ends: readonly [Database, Database];

beforeEach(async () => {
  lasting = await newLastingDatabase();
  ends = [await openDatabase(dialectOf(lasting.settings)), await openDatabase(dialectOf(lasting.settings))];
});

afterEach(async () => {
  await Promise.all(ends.map((db) => db.destroy()));
  await lasting.remove();
});

/** `work` on both ends in turn, all at once. */
function atOnce<Result>(count: number, work: (db: Database, index: number) => Promise<Result>) {
  return Promise.allSettled(
    Array.from({ length: count }, (_, index) => work(ends[index % 2 === 0 ? 0 : 1], index)),
  );
}

function valuesOf<Result>(settled: readonly PromiseSettledResult<Result>[]): Result[] {
  return settled.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

function newUser(name: string, role: "administrator" | "user") {
  const fields = { id: name, name, displayName: name, role, groupIds: [], passwordHash: undefined };
  return { ...fields, createdAt: NOW };
}

const OPEN_GRANT = { policyId: undefined, windows: [], networks: [], createdAt: NOW, version: 1 } as const;

async function furnish(): Promise<void> {
  const [db] = ends;
  await new UsersStore(db).create(newUser("ada", "user"));
  await new MachinesStore(db).create({
    ...{ id: MACHINE, poolId: POOL, name: "Desk", description: "", host: "192.0.2.1" },
    ...{ isDeclaredLocal: false, builtIn: undefined, trust: "first-use", createdAt: NOW },
    ...{ tags: [], zoneId: null, macAddress: null, isInMaintenance: false },
    protocols: [{ protocol: "vnc", port: 5901, ...NO_CREDENTIAL }],
  });
  const entitlement = { ...OPEN_GRANT, id: "e", poolId: POOL, userId: "ada", groupId: undefined };
  await new EntitlementsStore(db).create(entitlement);
  const signIn = { id: "s", tokenHash: "t", userId: "ada", createdAt: NOW, expiresAt: NOW + 1e9 };
  await new SignInsStore(db).create({ ...signIn, address: "", userAgent: "" }, undefined);
}

function claim(db: Database, ticketHash: string) {
  return new DesktopsStore(db, NO_FAULTS).claim({
    ...{
      userId: "ada",
      signInId: "s",
      poolId: POOL,
      address: "192.0.2.5",
      wanted: undefined,
      gateways: [{ id: "g", zoneId: undefined, connections: 0 }],
      pick: () => 0,
    },
    ...{ newSessionId: randomUUID(), connectionId: randomUUID(), ticketHash },
    ...{ at: NOW, expiresAt: NOW + 60_000 },
  });
}

test("forty claims of one desktop at once share one session", async () => {
  await furnish();
  const claims = valuesOf(await atOnce(40, (db, index) => claim(db, `hash-${index}`)));
  const sessions = claims.map((made) => ("connection" in made ? made.connection.sessionId : made));
  expect(new Set(sessions).size).toBe(1);
  expect(claims.filter((made) => "isNewSession" in made && made.isNewSession)).toHaveLength(1);
});

test("a ticket shown twenty times at once opens once", async () => {
  await furnish();
  await claim(ends[0], "hash");
  const redeem = (db: Database) =>
    new TicketsStore(db).redeem({ ticketHash: "hash", gatewayId: "g", at: NOW });
  const outcomes = valuesOf(await atOnce(20, redeem));
  expect(outcomes.filter((outcome) => !("refused" in outcome))).toHaveLength(1);
  const refusals = outcomes.flatMap((outcome) => ("refused" in outcome ? [outcome.refused] : []));
  expect(new Set(refusals)).toEqual(new Set(["ticket_used"]));
});

test("a sign-in link used twenty times at once lets one in, and tells the others so", async () => {
  await new UsersStore(ends[0]).create(newUser("ada", "user"));
  for (let round = 0; round < 10; round++) {
    const secretHash = `link-${round}`;
    const link = { secretHash, userId: "ada", createdAt: NOW, expiresAt: NOW + 1_000 };
    await new LinksStore(ends[0]).create(link);
    const outcomes = valuesOf(await atOnce(20, (db) => new LinksStore(db).redeem(secretHash, NOW)));
    expect(outcomes.filter((userId) => userId === "ada")).toHaveLength(1);
    expect(outcomes.filter((userId) => userId === undefined)).toHaveLength(19);
  }
});

test("two administrators who demote each other at once leave one", async () => {
  const names = ["ada", "bob"] as const;
  for (let round = 0; round < 10; round++) {
    const users = new UsersStore(ends[0]);
    for (const name of names) await users.create(newUser(`${name}-${round}`, "administrator"));
    const settled = await atOnce(2, (db, index) =>
      new UsersStore(db).update(`${names[index === 0 ? 0 : 1]}-${round}`, { role: "user" }, NOW),
    );
    const refused = settled.filter((outcome) => outcome.status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "last_administrator" } }]);
    const left = await users.findFirstAdministrator();
    expect(left).toBeDefined();
    // Out of the next round's way.
    await ends[0].deleteFrom("users").execute();
  }
});

test("the first administrator is made once by twenty at once", async () => {
  const make = (db: Database, index: number) =>
    new UsersStore(db).createFirstAdministrator(newUser(`admin-${index}`, "administrator"));
  const made = valuesOf(await atOnce(20, make)).filter((user) => user !== undefined);
  expect(made).toHaveLength(1);
});

test("fifty failures at once are fifty failures", async () => {
  const fail = (db: Database) =>
    new ThrottlesStore(db).change(["a", "b"], (_, { failures }) => ({
      failures: failures + 1,
      lastFailureAt: NOW,
    }));
  valuesOf(await atOnce(50, fail));
  const read = await new ThrottlesStore(ends[1]).read(["a", "b"]);
  expect([read("a").failures, read("b").failures]).toEqual([50, 50]);
});

test("no session begins on a right that went away, however both cross", async () => {
  await furnish();
  for (let round = 0; round < 15; round++) {
    const [db, other] = ends;
    const ending = { at: NOW, reason: "killed", detail: "" } as const;
    const takeAway = async () => {
      await new EntitlementsStore(other).remove("e", undefined);
      await new EndingsStore(other, NO_FAULTS).endSessionsWithoutRight(ending);
    };
    const [made] = await Promise.all([claim(db, `hash-${round}`), takeAway()]);
    const open = await db.selectFrom("sessions").select("id").where("state", "!=", "ended").execute();
    expect({ made: "refused" in made ? made.refused : "made", open }).toMatchObject({ open: [] });
    const entitlement = { ...OPEN_GRANT, id: "e", poolId: POOL, userId: "ada", groupId: undefined };
    await new EntitlementsStore(db).create(entitlement);
  }
});

test("a group whose pool goes away while it is entitled is refused in words, not as an error", async () => {
  for (let round = 0; round < 10; round++) {
    const [db, other] = ends;
    const id = `pool-${round}`;
    const pool = { id, name: id, kind: "machine", policy: null, createdAt: NOW } as const;
    await db.insertInto("pools").values(pool).execute();
    await db.insertInto("groups").values({ id, name: id, createdAt: NOW }).execute();
    const entitlement = { ...OPEN_GRANT, id, poolId: id, userId: undefined, groupId: id };
    const [made] = await Promise.allSettled([
      new EntitlementsStore(db).create(entitlement),
      other.deleteFrom("pools").where("id", "=", id).execute(),
    ]);
    if (made.status === "rejected") expect(made.reason).toMatchObject({ code: "validation_failed" });
    expect(await db.selectFrom("entitlements").select("id").execute()).toEqual([]);
  }
});
