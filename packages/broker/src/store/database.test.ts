import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DeskgateError } from "@deskgate/contract";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { countMigrations, type Database, openDatabase } from "./database.ts";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";
import { checkSqlite } from "./dialects/sqlite/check-sqlite.ts";
import { sqliteDialect } from "./dialects/sqlite/sqlite-dialect.ts";

let directory: string;
let file: string;
let db: Database;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "deskgate-store-"));
  file = path.join(directory, "deskgate.sqlite");
  db = await openDatabase(sqliteDialect(file));
});

afterEach(async () => {
  await db.destroy();
  await rm(directory, { recursive: true });
});

function group(id: string, name = id) {
  return { id, name, createdAt: 1 };
}

async function groupIds(): Promise<readonly string[]> {
  const rows = await db.selectFrom("groups").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

test("a new file gets every migration, a second opening none", async () => {
  expect(await countMigrations(db)).toEqual({ done: 5, pending: 0 });
  await db.insertInto("groups").values(group("a")).execute();
  await db.destroy();
  db = await openDatabase(sqliteDialect(file));
  expect(await countMigrations(db)).toEqual({ done: 5, pending: 0 });
  expect(await groupIds()).toEqual(["a"]);
});

test("the file is in WAL mode, synced in full, with foreign keys kept", async () => {
  const read = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db);
    return Object.values(rows[0] ?? {})[0];
  };
  expect([await read("journal_mode"), await read("synchronous"), await read("foreign_keys")]).toEqual([
    "wal",
    2,
    1,
  ]);
});

test("every constraint and index that people may meet has a name", async () => {
  const { rows } = await sql<{
    sql: string | null;
    name: string;
  }>`select name, sql from sqlite_master`.execute(db);
  const tables = rows.filter(
    ({ sql: text, name }) => /^create table/i.test(text ?? "") && !name.startsWith("kysely"),
  );
  expect(tables).toHaveLength(21);
  for (const { sql: text } of tables) {
    const kinds = text?.match(/(constraint "\w+" )?\b(primary key|unique|foreign key|check) ?\(/g) ?? [];
    for (const kind of kinds) expect(kind).toMatch(/^constraint "/);
  }
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

test("a store that another process holds is unavailable, not broken", async () => {
  const impatient = await openDatabase(sqliteDialect(file, 50));
  const other = new DatabaseSync(file);
  other.exec("begin exclusive");
  const insert = () => impatient.insertInto("groups").values(group("a")).execute();
  await expect(insert()).rejects.toMatchObject({ code: "store_unavailable" });
  other.exec("rollback");
  other.close();
  await insert();
  await impatient.destroy();
  expect(await groupIds()).toEqual(["a"]);
});

test("after it was closed, the store is unavailable", async () => {
  await openDatabase(sqliteDialect(":memory:")).then(async (closing) => {
    await closing.destroy();
    await expect(closing.selectFrom("groups").selectAll().execute()).rejects.toThrow();
  });
});

test("the thread of frames goes on while the database works", async () => {
  let beats = 0;
  const timer = setInterval(() => beats++, 5);
  const slow = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000) select max(i) from n`;
  const began = performance.now();
  await slow.execute(db);
  const tookMs = performance.now() - began;
  clearInterval(timer);
  // A blocked thread would not have beaten at all.
  expect(beats).toBeGreaterThan(tookMs / 5 / 10);
});

describe("the store's check", () => {
  test("finds nothing wrong with a good file", async () => {
    expect(await checkSqlite(db)).toBe("ok");
  });

  test("finds rows that refer to nothing", async () => {
    const other = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    other.exec("insert into group_members values ('no group', 'no user')");
    other.close();
    expect(await checkSqlite(db)).toBe("2 rows refer to rows that are gone");
  });
});

test("a file that is no database cannot be opened, and says so", async () => {
  const noDatabase = path.join(directory, "text");
  await writeFile(noDatabase, "no database ".repeat(500));
  await expect(openDatabase(sqliteDialect(noDatabase))).rejects.toBeInstanceOf(DeskgateError);
});
