import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CamelCasePlugin, Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../database.ts";
import { sqliteDialect } from "../dialects/sqlite/sqlite-dialect.ts";
import type { Tables } from "../tables.ts";
import { MIGRATIONS } from "./registry.ts";

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "deskgate-migration-"));
  file = path.join(directory, "deskgate.sqlite");
});
afterEach(() => rm(directory, { recursive: true }));

/** A database as the release before wrote it. */
async function writeOld(): Promise<void> {
  const plain = new Kysely<Tables>({ dialect: sqliteDialect(file).kysely });
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  await new Migrator({ db: plain, provider }).migrateTo("0004-identities");
  const db = plain.withPlugin(new CamelCasePlugin());
  const user = { passwordHash: null, disabledAt: null, lastSignInAt: null, createdAt: 1 };
  await db
    .insertInto("users")
    .values([
      { ...user, id: "u1", name: "root", displayName: "Root", role: "administrator" },
      { ...user, id: "u2", name: "ada", displayName: "Ada", role: "user" },
    ])
    .execute();
  await db.insertInto("groups").values({ id: "g", name: "Team", createdAt: 1 }).execute();
  await db.insertInto("groupMembers").values({ groupId: "g", userId: "u2" }).execute();
  const machine = { id: "m", name: "Desk", description: "", host: "192.0.2.1", isDeclaredLocal: 0 } as const;
  await db
    .insertInto("machines")
    .values({ ...machine, builtIn: null, trust: "first-use", createdAt: 1 })
    .execute();
  await db
    .insertInto("pools")
    .values({ id: "p", name: "Desk", kind: "machine", policy: null, createdAt: 1 })
    .execute();
  await db.insertInto("poolMembers").values({ poolId: "p", machineId: "m" }).execute();
  await db
    .insertInto("entitlements")
    .values({ id: "e", poolId: "p", userId: null, groupId: "g", createdAt: 1 })
    .execute();
  await db.destroy();
}

test("what the release before wrote is all there, and means the same", async () => {
  await writeOld();
  const db = await openDatabase(sqliteDialect(file));
  const users = await db.selectFrom("users").select(["name", "role", "roleId"]).orderBy("name").execute();
  expect(users).toEqual([
    { name: "ada", role: "user", roleId: null },
    { name: "root", role: "administrator", roleId: null },
  ]);
  expect(await db.selectFrom("groupMembers").selectAll().execute()).toEqual([{ groupId: "g", userId: "u2" }]);
  expect(await db.selectFrom("entitlements").selectAll().execute()).toEqual([
    {
      ...{ id: "e", poolId: "p", userId: null, groupId: "g", createdAt: 1 },
      ...{ policyId: null, windows: "[]", networks: "[]", version: 1 },
    },
  ]);
  expect(await db.selectFrom("machines").selectAll().execute()).toMatchObject([
    { id: "m", zoneId: null, macAddress: null, isInMaintenance: 0 },
  ]);
  await db.destroy();
});
