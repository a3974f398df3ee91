/** Migrations on the data of the versions before them, in the dialect under test. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { countMigrations, Database, migrate, openDatabase } from "../database.ts";
import { dialectOf } from "../dialects/settings.ts";
import { populateStep } from "../population.testing.ts";
import { shapeOf } from "../schema-shape.ts";
import { newLastingDatabase } from "../testing.ts";
import { MIGRATIONS } from "./registry.ts";

const NAMES = Object.keys(MIGRATIONS);

type Row = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, readonly Row[]>>;

function upTo(version: number) {
  return Object.fromEntries(Object.entries(MIGRATIONS).slice(0, version));
}

async function readVersion(db: Database, version: number): Promise<Content> {
  const content: Record<string, readonly Row[]> = {};
  for (const { name, columns } of await shapeOf(upTo(version))) {
    const list = sql.join(columns.map((column) => sql.ref(column)));
    const { rows } = await sql<Row>`select ${list} from ${sql.table(name)}`.execute(db.withoutPlugins());
    content[name] = rows.map((row) => ({ ...row }));
  }
  return content;
}

/** The migration since which no session is `open` any more. */
const STATES_SINCE = NAMES.indexOf("0008-sessions") + 1;

/** What a row of `before` looks like to `version`: an open session is active where a viewer is on it. */
function asOf(version: number, before: Content, table: string, row: Row): Row {
  if (table !== "sessions" || row["state"] !== "open" || version < STATES_SINCE) return row;
  const isLookedAt = before["connections"]?.some(
    (connection) => connection["session_id"] === row["id"] && connection["state"] === "open",
  );
  return { ...row, state: isLookedAt ? "active" : "disconnected" };
}

/** Every row of `before` with all it had is in `version`; there may be more columns and more rows. */
function expectKept(before: Content, after: Content, version: number): void {
  for (const [table, rows] of Object.entries(before))
    for (const row of rows)
      expect(after[table]).toContainEqual(expect.objectContaining(asOf(version, before, table, row)));
}

test("each migration keeps every row of the versions before it", { timeout: 60_000 }, async () => {
  const lasting = await newLastingDatabase("empty");
  const dialect = dialectOf(lasting.settings);
  const db = new Database(dialect);
  let before: Content = {};
  for (const [index, name] of NAMES.entries()) {
    await migrate(db, dialect, upTo(index + 1));
    expectKept(before, await readVersion(db, index + 1), index + 1);
    await populateStep(db.withoutPlugins(), name);
    before = await readVersion(db, index + 1);
  }
  expect(await countMigrations(db)).toEqual({ done: NAMES.length, pending: 0 });
  expect(await db.check()).toBe("ok");
  const unpopulated = Object.entries(before).flatMap(([table, rows]) => (rows.length === 0 ? [table] : []));
  // population.testing.ts has to learn of new tables, or nothing is shown about them.
  expect(unpopulated).toEqual([]);
  await db.destroy();
  await lasting.remove();
});

test.each(NAMES.slice(0, -1).map((name, index) => [name, index + 1] as const))(
  "a site that stayed at %s is brought up to date at once",
  { timeout: 60_000 },
  async (_, version) => {
    const lasting = await newLastingDatabase("empty");
    const dialect = dialectOf(lasting.settings);
    const old = new Database(dialect);
    for (let step = 1; step <= version; step++) {
      await migrate(old, dialect, upTo(step));
      await populateStep(old.withoutPlugins(), NAMES[step - 1] ?? "");
    }
    const before = await readVersion(old, version);
    await old.destroy();
    const db = await openDatabase(dialectOf(lasting.settings));
    expectKept(before, await readVersion(db, NAMES.length), NAMES.length);
    expect(await db.check()).toBe("ok");
    await db.destroy();
    await lasting.remove();
  },
);

test("processes that start at the same time migrate once", async () => {
  const lasting = await newLastingDatabase("empty");
  const opened = await Promise.all(
    Array.from({ length: 4 }, () => openDatabase(dialectOf(lasting.settings))),
  );
  for (const db of opened) expect(await countMigrations(db)).toEqual({ done: NAMES.length, pending: 0 });
  await Promise.all(opened.map((db) => db.destroy()));
  await lasting.remove();
});

test("a database that a newer program has changed is left alone", async () => {
  const lasting = await newLastingDatabase();
  const db = await openDatabase(dialectOf(lasting.settings));
  await sql`insert into kysely_migration values ('9999-from-the-future', '2099')`.execute(db);
  await db.destroy();
  const opening = openDatabase(dialectOf(lasting.settings));
  await expect(opening).rejects.toMatchObject({ code: "database_too_new" });
  await lasting.remove();
});
