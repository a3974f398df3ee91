import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { restoreBackup } from "./backup-restore.ts";
import { writeBackup } from "./backup-write.ts";
import { type Database, openDatabase } from "./database.ts";
import { type DatabaseSettings, dialectOf } from "./dialects/settings.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import { populate, readTables } from "./population.testing.ts";
import { type LastingDatabase, newLastingDatabase, newSqliteFile } from "./testing.ts";

const NOW = 1_700_000_000_000;

let source: LastingDatabase;
let target: LastingDatabase;
let db: Database;

beforeEach(async () => {
  source = await newLastingDatabase();
  target = await newLastingDatabase("empty");
  db = await openDatabase(dialectOf(source.settings));
});

afterEach(async () => {
  await db.destroy();
  await source.remove();
  await target.remove();
});

async function backUp(database: DatabaseSettings): Promise<Buffer> {
  const output = new PassThrough();
  const whole = buffer(output);
  await writeBackup({ database, output, program: "0.0.0-test", madeAt: NOW });
  return whole;
}

function restore(database: DatabaseSettings, file: Uint8Array, isReplacing = false) {
  return restoreBackup({ database, input: Readable.from([file]), isReplacing });
}

/** What a person at the command line would be told. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const cause = await work.then(
    () => undefined,
    (error: { readonly code: string }) => error,
  );
  return cause?.code ?? "no refusal";
}

describe("a backup", () => {
  test("restored into an empty database gives the same rows, of every table", async () => {
    await populate(db);
    const restored = await restore(target.settings, await backUp(source.settings));
    const copy = await openDatabase(dialectOf(target.settings));
    const rows = await readTables(copy);
    expect(rows).toEqual(await readTables(db));
    expect(Object.values(rows).filter((table) => table.length > 0).length).toBeGreaterThan(15);
    expect(restored.rows).toEqual(
      Object.fromEntries(Object.entries(rows).map(([name, table]) => [name, table.length])),
    );
    expect(await copy.check()).toBe("ok");
    await copy.destroy();
  });

  test("moves a site to SQLite and back without losing a value", async () => {
    await populate(db);
    const file = await newSqliteFile();
    await restore(file.settings, await backUp(source.settings));
    await restore(target.settings, await backUp(file.settings));
    const copy = await openDatabase(dialectOf(target.settings));
    expect(await readTables(copy)).toEqual(await readTables(db));
    await copy.destroy();
    await file.remove();
  });

  test("is one moment of a database that is written to, page after page", async () => {
    const groups = Array.from({ length: 1_600 }, (_, index) => `g${String(index).padStart(5, "0")}`);
    await db
      .insertInto("groups")
      .values(groups.map((id) => ({ id, name: id, createdAt: 1 })))
      .execute();
    // Each step moves one group: a backup that sees only half of a step has another number of them.
    let isDone = false;
    let steps = 0;
    const write = async () => {
      while (!isDone) {
        const before = groups[steps % groups.length] ?? "";
        const after = `${before}-${steps}`;
        await db.transaction().execute(async (trx) => {
          await trx.deleteFrom("groups").where("name", "=", before).execute();
          await trx.insertInto("groups").values({ id: after, name: after, createdAt: 1 }).execute();
          await trx.updateTable("groups").set({ name: before }).where("id", "=", after).execute();
        });
        steps++;
      }
    };
    const writing = write();
    const files = [await backUp(source.settings), await backUp(source.settings)];
    isDone = true;
    await writing;
    expect(steps).toBeGreaterThan(0);
    for (const file of files) {
      await restore(target.settings, file, true);
      const copy = await openDatabase(dialectOf(target.settings));
      const names = await copy.selectFrom("groups").select("name").orderBy("name").execute();
      expect(names.map(({ name }) => name)).toEqual(groups);
      await copy.destroy();
    }
  });

  test("holds secrets as they lie in the database, and says what it is in its first line", async () => {
    await populate(db);
    const text = gunzipSync(await backUp(source.settings)).toString("utf8");
    expect(JSON.parse(text.split("\n", 1)[0] ?? "")).toEqual({
      ...{ deskgateBackup: 1, schema: Object.keys(MIGRATIONS), madeAt: NOW, program: "0.0.0-test" },
    });
    expect(text).toContain("sealed-password-of-machine-1");
  });

  test("of a database without tables is refused", async () => {
    expect(await refusalOf(backUp(target.settings))).toBe("database_empty");
  });
});

describe("restoring", { timeout: 60_000 }, () => {
  let file: Buffer;

  beforeEach(async () => {
    await populate(db);
    file = await backUp(source.settings);
  });

  test("into a database that Deskgate has opened but nobody has used works as into one without tables", async () => {
    await (await openDatabase(dialectOf(target.settings))).destroy();
    await restore(target.settings, file);
    const copy = await openDatabase(dialectOf(target.settings));
    expect(await readTables(copy)).toEqual(await readTables(db));
    await copy.destroy();
  });

  test("over what is there needs to be asked for, and then leaves nothing of it", async () => {
    await restore(target.settings, file);
    const copy = await openDatabase(dialectOf(target.settings));
    await copy.insertInto("groups").values({ id: "late", name: "late", createdAt: 1 }).execute();
    expect(await refusalOf(restore(target.settings, file))).toBe("database_not_empty");
    expect((await readTables(copy))["groups"]).toContainEqual({
      id: "late",
      name: "late",
      created_at: 1,
      version: 1,
    });
    await restore(target.settings, file, true);
    expect(await readTables(copy)).toEqual(await readTables(db));
    await copy.destroy();
  });

  test("a file that is cut off anywhere changes nothing", async () => {
    const before = await target.readAll();
    const half = Math.floor(file.length / 2);
    const cuts = [0, 5, 100, half, half + 1, file.length - 9, file.length - 8, file.length - 1];
    for (const cut of cuts)
      expect([cut, await refusalOf(restore(target.settings, file.subarray(0, cut), true))]).toEqual([
        cut,
        "backup_damaged",
      ]);
    expect((await target.readAll()).includes("sealed-password")).toBe(before.includes("sealed-password"));
    // Nothing but emptiness is there: it takes the whole file without being asked to replace.
    await restore(target.settings, file);
  });

  test("a file that leaves the last lines out is refused, and what was there stays", async () => {
    await restore(target.settings, file);
    const lines = gunzipSync(file).toString("utf8").split("\n");
    for (const count of [1, lines.length - 3, lines.length - 2]) {
      const cut = gzipSync(`${lines.slice(0, count).join("\n")}\n`);
      expect(await refusalOf(restore(target.settings, cut, true))).toBe("backup_damaged");
    }
    const copy = await openDatabase(dialectOf(target.settings));
    expect(await readTables(copy)).toEqual(await readTables(db));
    await copy.destroy();
  });

  test("a value that was altered is refused, and what was there stays", async () => {
    await restore(target.settings, file);
    const altered = gunzipSync(file).toString("utf8").replace('"administrator"', '"user"');
    expect(await refusalOf(restore(target.settings, gzipSync(altered), true))).toBe("backup_damaged");
    const copy = await openDatabase(dialectOf(target.settings));
    expect(await readTables(copy)).toEqual(await readTables(db));
    await copy.destroy();
  });

  test.each([
    [
      "a row that breaks a rule of the schema",
      (text: string) => text.replaceAll('"administrator"', '"emperor"'),
    ],
    ["a table twice", (text: string) => text.replace(/(\{"table":"groups".*\n)/, "$1$1")],
    [
      "a table that nobody knows",
      (text: string) => text.replace('{"table":"groups"', '{"table":"sqlite_master"'),
    ],
    [
      "columns in another order",
      (text: string) => text.replace('"columns":["id","name"', '"columns":["name","id"'),
    ],
    ["a table left out", (text: string) => text.replace(/\{"table":"audit".*\n(\[.*\n)*/, "")],
  ])("%s is refused even under a sum that is right", async (_, alter) => {
    const lines = gunzipSync(file).toString("utf8").trimEnd().split("\n");
    const text = alter(`${lines.slice(0, -1).join("\n")}\n`);
    const rows: Record<string, number> = {};
    let table = "";
    for (const line of text.trimEnd().split("\n").slice(1)) {
      if (line.startsWith("{")) table = JSON.parse(line).table;
      rows[table] = (rows[table] ?? 0) + (line.startsWith("[") ? 1 : 0);
    }
    const sha256 = createHash("sha256").update(text).digest("hex");
    const forged = gzipSync(`${text}${JSON.stringify({ end: true, rows, sha256 })}\n`);
    expect(await refusalOf(restore(target.settings, forged))).toBe("backup_damaged");
    await restore(target.settings, file);
  });

  test("a backup of a newer schema or a newer form is refused", async () => {
    const text = gunzipSync(file).toString("utf8");
    const schema = gzipSync(text.replace('"],"madeAt"', '","9999-from-the-future"],"madeAt"'));
    expect(await refusalOf(restore(target.settings, schema))).toBe("backup_too_new");
    const form = gzipSync(text.replace('{"deskgateBackup":1', '{"deskgateBackup":2'));
    expect(await refusalOf(restore(target.settings, form))).toBe("backup_too_new");
  });

  test("a file that is something else is refused", async () => {
    for (const other of [
      Buffer.from("no gzip"),
      gzipSync("no backup"),
      gzipSync(Buffer.alloc(20_000_000, 120)),
    ])
      expect(await refusalOf(restore(target.settings, other))).toBe("backup_damaged");
  });
});
