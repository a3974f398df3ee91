import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countMigrations, type Database, openDatabase } from "./database.ts";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";
import { dialectOf } from "./dialects/settings.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import { type LastingDatabase, newLastingDatabase, newTestDatabase } from "./testing.ts";

const KNOWN = Object.keys(MIGRATIONS).length;

let lasting: LastingDatabase;
let db: Database;

beforeEach(async () => {
  lasting = await newLastingDatabase();
  db = await openDatabase(dialectOf(lasting.settings));
});

afterEach(async () => {
  await db.destroy();
  await lasting.remove();
});

function group(id: string, name = id) {
  return { id, name, createdAt: 1 };
}

async function groupIds(): Promise<readonly string[]> {
  const rows = await db.selectFrom("groups").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

test("a new database gets every migration, a second opening none", async () => {
  const empty = await newLastingDatabase("empty");
  await db.destroy();
  db = await openDatabase(dialectOf(empty.settings));
  expect(await countMigrations(db)).toEqual({ done: KNOWN, pending: 0 });
  await db.insertInto("groups").values(group("a")).execute();
  await db.destroy();
  db = await openDatabase(dialectOf(empty.settings));
  expect(await countMigrations(db)).toEqual({ done: KNOWN, pending: 0 });
  expect(await groupIds()).toEqual(["a"]);
  await empty.remove();
});

test("transactions come one after the other, whole, while others wait", async () => {
  const transfer = (id: string) =>
    db.transaction().execute(async (trx) => {
      const before = await trx.selectFrom("groups").select("id").execute();
      await trx
        .insertInto("groups")
        .values(group(id, `number ${before.length}`))
        .execute();
    });
  await Promise.all(Array.from({ length: 30 }, (_, index) => transfer(`g${index}`)));
  const rows = await db.selectFrom("groups").select("name").execute();
  expect(new Set(rows.map(({ name }) => name)).size).toBe(30);
});

test("a transaction that fails leaves nothing behind", async () => {
  const work = db.transaction().execute(async (trx) => {
    await trx.insertInto("groups").values(group("a")).execute();
    throw new Error("changed my mind");
  });
  await expect(work).rejects.toThrow("changed my mind");
  expect(await groupIds()).toEqual([]);
});

test("broken constraints say which kind they are, in every dialect's place", async () => {
  await db.insertInto("groups").values(group("a")).execute();
  const twice = db.insertInto("groups").values(group("b", "a")).execute();
  await expect(twice).rejects.toMatchObject({ name: "ConstraintViolation", kind: "unique" });
  const dangling = db.insertInto("groupMembers").values({ groupId: "a", userId: "nobody" }).execute();
  await expect(dangling).rejects.toMatchObject({ kind: "foreign-key" });
  const values = { id: "e", poolId: "p", userId: null, groupId: null, createdAt: 1 };
  await expect(db.insertInto("entitlements").values(values).execute()).rejects.toBeInstanceOf(
    ConstraintViolation,
  );
});

test("a statement that fails names its text but none of its values", async () => {
  const work = sql`select * from nowhere where secret = ${"hunter2"}`.execute(db);
  const cause = await work.then(
    () => undefined,
    (error: Error) => error,
  );
  expect(cause?.message).toContain("nowhere");
  expect(cause?.message).not.toContain("hunter2");
});

test("after it was closed, the store is unavailable", async () => {
  await openDatabase(dialectOf(await newTestDatabase())).then(async (closing) => {
    await closing.destroy();
    await expect(closing.selectFrom("groups").selectAll().execute()).rejects.toThrow();
  });
});
