import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DeskgateError } from "@deskgate/contract";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../database.ts";
import { checkSqlite } from "./check-sqlite.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";

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
  expect(tables).toHaveLength(27);
  for (const { sql: text } of tables) {
    const kinds = text?.match(/(constraint "\w+" )?\b(primary key|unique|foreign key|check) ?\(/g) ?? [];
    for (const kind of kinds) expect(kind).toMatch(/^constraint "/);
  }
});

test("a store that another process holds is unavailable, not broken", async () => {
  const impatient = await openDatabase(sqliteDialect(file, 50));
  const other = new DatabaseSync(file);
  other.exec("begin exclusive");
  const insert = () => impatient.insertInto("groups").values(group("a")).execute();
  await expect(insert()).rejects.toMatchObject({ code: "database_unavailable" });
  other.exec("rollback");
  other.close();
  await insert();
  await impatient.destroy();
  expect(await groupIds()).toEqual(["a"]);
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
