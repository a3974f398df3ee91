import { Secret } from "@deskgate/contract";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inOneTransaction } from "../../ambient-transaction.ts";
import { Database, openDatabase } from "../../database.ts";
import { newTestDatabase, testServer } from "../../testing.ts";
import { UsersStore } from "../../users-store.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { DEADLINES, type PostgresSettings } from "./postgres-pool.ts";

let settings: PostgresSettings;
let db: Database;

beforeEach(async () => {
  const created = await newTestDatabase();
  if (created.kind !== "postgres") throw new Error("these tests are about PostgreSQL");
  settings = created;
  db = await openDatabase(postgresDialect(settings));
});
afterEach(() => db.destroy());

function group(name: string) {
  return { id: name, name, createdAt: 1 };
}

async function refusalOf(work: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  const [outcome] = await Promise.allSettled([work]);
  if (outcome.status === "fulfilled") throw new Error("it was not refused");
  return outcome.reason;
}

test("text comes in the order of its bytes, in a database of another locale too", async () => {
  const names = ["b", "B", "a", "Ä", "ž", "Z", "_"];
  await db.insertInto("groups").values(names.map(group)).execute();
  const rows = await db.selectFrom("groups").select("name").orderBy("name").execute();
  expect(rows.map(({ name }) => name)).toEqual(["B", "Z", "_", "a", "b", "Ä", "ž"]);
  const { rows: columns } = await sql<{ readonly collationName: string }>`
    select distinct collation_name from information_schema.columns
    where table_schema = 'public' and data_type = 'text'`.execute(db);
  expect(columns).toEqual([{ collationName: "C" }]);
});

test("a column that a migration made in another order is found by the check", async () => {
  expect(await db.check()).toBe("ok");
  await sql`alter table groups add column motto text`.execute(db);
  expect(await db.check()).toBe("the column groups.motto does not compare by bytes");
});

test("counts, sums and claims are numbers, as SQLite has them", async () => {
  const { rows } = await sql<object>`
    select count(*) as n, sum(9007199254740991::bigint) as sum, true as yes, 1 = 2 as no, null::bigint as nothing
    `.execute(db);
  expect({ ...rows[0] }).toEqual({ n: 1, sum: 9_007_199_254_740_991, yes: 1, no: 0, nothing: null });
});

test("a statement prepared before a migration is answered after it, alone and in a transaction", async () => {
  // One connection, so that what was prepared is met again.
  const one = await openDatabase(postgresDialect({ ...settings, maxConnections: 1 }));
  const read = (id: string) => one.selectFrom("groups").selectAll().where("id", "=", id).execute();
  const readInside = (id: string) =>
    one
      .transaction()
      .execute((inside) => inside.selectFrom("groups").selectAll().where("id", "=", id).execute());
  await one.insertInto("groups").values(group("crew")).execute();
  for (const [column, work] of Object.entries({ motto: read, song: readInside })) {
    await work("crew");
    await sql`alter table groups add column ${sql.ref(column)} text collate "C"`.execute(db);
    expect(await work("crew")).toMatchObject([{ name: "crew", [column]: null }]);
  }
  await one.destroy();
});

test("a text with a NUL in it is the sender's mistake", async () => {
  const refused = await refusalOf(new UsersStore(db).findByName("a\0b"));
  expect(refused).toMatchObject({ code: "request_malformed" });
});

test("an error says the statement and none of the values, not even those that PostgreSQL quotes", async () => {
  await db.insertInto("groups").values(group("hunter2")).execute();
  const twice = await refusalOf(db.insertInto("groups").values(group("hunter2")).execute());
  const noNumber = await refusalOf(sql`select ${"hunter2"}::bigint`.execute(db));
  for (const error of [twice, noNumber]) {
    expect(String(error.cause ?? error)).toContain("condition 2");
    for (const said of [error, error.cause])
      expect(JSON.stringify(said) + String(said)).not.toContain("hunter2");
  }
});

describe("a database that cannot be used", () => {
  test.each([
    ["the password is wrong", { password: new Secret("geheim-falsch") }],
    ["there is no such database", { name: "nowhere" }],
    ["nobody listens", { port: 1 }],
    ["it has no TLS and TLS is asked for", { tls: { authority: undefined } }],
  ])("is unavailable, and its reason is for the log: %s", async (_, change) => {
    const refused = await refusalOf(openDatabase(postgresDialect({ ...settings, ...change })));
    expect(refused).toMatchObject({ code: "database_unavailable", retryAfterSeconds: 2 });
    expect(refused.cause).toBeInstanceOf(Error);
    expect(`${String(refused.cause)} ${JSON.stringify(refused)}`).not.toContain("geheim");
  });

  test("is told from a mistake of ours", async () => {
    const refused = await refusalOf(sql`select 1 from nowhere`.execute(db));
    expect(refused.code).toBeUndefined();
  });
});

describe("deadlines", () => {
  const short = { connectMs: 2_000, statementMs: 200, idleInTransactionMs: 200 };
  let hasty: Database;
  beforeEach(() => {
    hasty = new Database(postgresDialect({ ...settings, maxConnections: 2 }, short));
  });
  afterEach(() => hasty.destroy());

  test("end a statement that waits for a lock, and leave the pool whole", async () => {
    await db.insertInto("groups").values(group("a")).execute();
    const insert = () => hasty.updateTable("groups").set({ createdAt: 2 }).execute();
    await db.transaction().execute(async (trx) => {
      await trx.updateTable("groups").set({ createdAt: 3 }).execute();
      expect(await refusalOf(insert())).toMatchObject({ code: "database_unavailable" });
    });
    for (let round = 0; round < 5; round++) await insert();
  });

  test("end a transaction that goes on thinking, so that its locks hold nobody up", async () => {
    await db.insertInto("groups").values(group("a")).execute();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: locked, resolve: hasLock } = Promise.withResolvers<void>();
    const thinking = hasty.transaction().execute(async (trx) => {
      await trx.updateTable("groups").set({ createdAt: 2 }).execute();
      hasLock();
      await gate;
      await trx.updateTable("groups").set({ createdAt: 3 }).execute();
    });
    await locked;
    // Waits for the lock, which the server takes from the thinker.
    await db.updateTable("groups").set({ createdAt: 4 }).where("createdAt", "=", 1).execute();
    open();
    expect(await refusalOf(thinking)).toMatchObject({ code: "database_unavailable" });
    const { rows } = await sql<{ readonly createdAt: number }>`select created_at from groups`.execute(hasty);
    expect(rows).toEqual([{ createdAt: 4 }]);
  });

  test("hold for the store's own connections", async () => {
    const { rows } = await sql<{ readonly level: string; readonly statement: string }>`
      select current_setting('transaction_isolation') as level,
        current_setting('statement_timeout') as statement`.execute(db);
    expect(rows).toEqual([{ level: "serializable", statement: `${DEADLINES.statementMs / 1000}s` }]);
  });
});

test("connections that the server ends are replaced without anybody noticing more than one refusal", async () => {
  const other = await openDatabase(postgresDialect({ ...testServer(), name: settings.name }));
  const cut = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(other);
  for (let round = 0; round < 5; round++) {
    await db.selectFrom("groups").selectAll().execute();
    await cut();
    const [first] = await Promise.allSettled([db.selectFrom("groups").selectAll().execute()]);
    if (first.status === "rejected") expect(first.reason).toMatchObject({ code: "database_unavailable" });
    await db.selectFrom("groups").selectAll().execute();
  }
  await other.destroy();
});

describe("a connection that breaks in a transaction of several stores", () => {
  const cut = () =>
    sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(db);

  test.each(["before the inner one begins", "inside it", "before it ends"])(
    "is given back once, and takes everything along: %s",
    async (when) => {
      // One connection: if it were lost, nothing would work after the first round.
      const single = new Database(postgresDialect({ ...settings, maxConnections: 1 }));
      for (let round = 0; round < 3; round++) {
        const work = inOneTransaction(single, async () => {
          await single
            .insertInto("groups")
            .values(group(`outer ${round}`))
            .execute();
          if (when === "before the inner one begins") await cut();
          await single.transaction().execute(async (trx) => {
            if (when === "inside it") await cut();
            await trx
              .insertInto("groups")
              .values(group(`inner ${round}`))
              .execute();
            if (when === "before it ends") await cut();
          });
        });
        expect(await refusalOf(work)).toMatchObject({ code: "database_unavailable" });
        expect(await single.selectFrom("groups").selectAll().execute()).toEqual([]);
      }
      await single.destroy();
    },
  );
});
