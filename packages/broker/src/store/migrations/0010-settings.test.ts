/** A gateway's zone, which was a word, becomes the zone that it meant. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { Database, migrate } from "../database.ts";
import { dialectOf } from "../dialects/settings.ts";
import { newTestDatabase } from "../testing.ts";
import { MIGRATIONS } from "./registry.ts";

test("zones that gateways named are theirs; what no zone is called is none; settings begin at version 1", async () => {
  const dialect = dialectOf(await newTestDatabase("empty"));
  const db = new Database(dialect);
  const before = Object.entries(MIGRATIONS).filter(([name]) => name < "0010");
  await migrate(db, dialect, Object.fromEntries(before));
  await sql`insert into zones (id, name, description, created_at) values ('z1', 'North', '', 1), ('z2', 'South', '', 1)`.execute(
    db,
  );
  for (const [id, zone, removedAt] of [
    ["by-name", "North", null],
    ["by-id", "z2", null],
    ["unknown", "Atlantis", null],
    ["everywhere", "", null],
    ["removed", "North", 5],
  ] as const)
    await sql`insert into gateways (id, name, public_key, zone, added_at, removed_at)
      values (${id}, ${id}, 'key', ${zone}, 1, ${removedAt})`.execute(db);
  await sql`insert into settings (name, value) values ('site', '{"siteName":"Plant"}')`.execute(db);
  await migrate(db, dialect, MIGRATIONS);
  const gateways = await db.selectFrom("gateways").select(["id", "zoneId"]).orderBy("id").execute();
  expect(gateways).toEqual([
    { id: "by-id", zoneId: "z2" },
    { id: "by-name", zoneId: "z1" },
    { id: "everywhere", zoneId: null },
    { id: "removed", zoneId: null },
    { id: "unknown", zoneId: null },
  ]);
  const settings = await db.selectFrom("settings").selectAll().execute();
  expect(settings).toEqual([{ name: "site", value: '{"siteName":"Plant"}', version: 1 }]);
  await db.destroy();
});
