import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChainVerifier } from "../features/audit/chain.ts";
import { AuditService, PROGRAM } from "../features/audit/service.ts";
import { systemRandom } from "../system-random.ts";
import { TestClock } from "../testing.ts";
import { inOneTransaction } from "./ambient-transaction.ts";
import { AuditsStore } from "./audit-store.ts";
import { type Database, openDatabase } from "./database.ts";
import { sqliteDialect } from "./dialects/sqlite/sqlite-dialect.ts";
import { GroupsStore } from "./groups-store.ts";
import { up as chainAudit } from "./migrations/0006-audit-chain.ts";
import { MIGRATIONS } from "./migrations/registry.ts";

let directory: string;
let file: string;
let db: Database;
let clock: TestClock;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "deskgate-audit-"));
  file = join(directory, "deskgate.sqlite");
  db = await openDatabase(sqliteDialect(file));
  clock = new TestClock();
});
afterEach(async () => {
  await db.destroy();
  await rm(directory, { recursive: true });
});

function auditOn(database: Database) {
  return new AuditService({ store: new AuditsStore(database), clock, random: systemRandom });
}

const deed = (id: string, action = "group.created") => ({ action, subject: { kind: "group", id } });
const group = (id: string) => ({ id, name: id, memberIds: [], memberGroupIds: [], createdAt: 1, version: 1 });
const namesIn = async (groups: GroupsStore) =>
  (await groups.list(FIRST_PAGE, {})).items.map(({ name }) => name);
const FIRST_PAGE = {
  ...({ limit: 10, sort: "name", isDescending: false } as const),
  ...{ after: undefined, search: undefined },
} as const;

async function verify(audit: AuditService) {
  const verifier = new ChainVerifier({ head: await audit.head() });
  for await (const record of audit.readAll()) if (!verifier.take(record)) break;
  return verifier.finish();
}

describe("a change and its record", () => {
  test("are both there", async () => {
    const [audit, groups] = [auditOn(db), new GroupsStore(db)];
    await audit.change(
      PROGRAM,
      () => groups.create(group("a")),
      () => deed("a"),
    );
    expect(await namesIn(groups)).toHaveLength(1);
    expect(await audit.list({ limit: 5 })).toMatchObject([{ sequence: 1, subjectId: "a", outcome: "ok" }]);
  });

  test("are neither there where the record cannot be written", async () => {
    const [audit, groups] = [auditOn(db), new GroupsStore(db)];
    const work = audit.change(
      PROGRAM,
      () => groups.create(group("a")),
      () => {
        throw new Error("no words for it");
      },
    );
    await expect(work).rejects.toThrow("no words");
    expect(await namesIn(groups)).toEqual([]);
    expect(await audit.head()).toMatchObject({ sequence: 0 });
  });

  test("are neither there where the change is refused, and the next one goes well", async () => {
    const [audit, groups] = [auditOn(db), new GroupsStore(db)];
    const create = (id: string) =>
      audit.change(
        PROGRAM,
        () => groups.create({ ...group(id), name: "same" }),
        () => deed(id),
      );
    await create("a");
    await expect(create("b")).rejects.toMatchObject({ code: "name_taken" });
    await audit.record(PROGRAM, deed("c"));
    expect((await audit.list({ limit: 5 })).map(({ subjectId }) => subjectId)).toEqual(["c", "a"]);
    expect(await verify(audit)).toMatchObject({ isWhole: true, count: 2 });
  });
});

test("statements outside a transaction's own work wait for its end and see it whole", async () => {
  const groups = new GroupsStore(db);
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const inside = inOneTransaction(db, async () => {
    await groups.create(group("a"));
    await gate;
    await groups.create(group("b"));
  });
  const outside = namesIn(groups);
  open();
  await inside;
  expect([0, 2]).toContain((await outside).length);
  expect(await namesIn(groups)).toHaveLength(2);
});

test("writers of two processes at once make one chain", async () => {
  const other = await openDatabase(sqliteDialect(file));
  const writers = [auditOn(db), auditOn(other)];
  const work = writers.flatMap((audit, writer) =>
    Array.from({ length: 40 }, (_, index) => audit.record(PROGRAM, deed(`${writer}-${index}`), deed("x"))),
  );
  await Promise.all(work);
  await other.destroy();
  expect(await verify(auditOn(db))).toMatchObject({ isWhole: true, count: 160, head: { sequence: 160 } });
});

describe("pruning", () => {
  test("leaves a chain that is whole and says where it was cut", async () => {
    const audit = auditOn(db);
    for (const id of ["a", "b", "c"]) await audit.record(PROGRAM, deed(id));
    clock.advance(10_000);
    await audit.record(PROGRAM, deed("d"));
    await audit.prune(clock.now());
    const kept = await audit.list({ limit: 10 });
    expect(kept.map(({ sequence, action }) => [sequence, action])).toEqual([
      [5, "audit.pruned"],
      [4, "group.created"],
    ]);
    expect(JSON.parse(kept[0]?.detail ?? "")).toMatchObject({ throughSequence: 3, count: 3 });
    expect(await verify(audit)).toMatchObject({ isWhole: true, first: 4, count: 2 });
    // Again, with nothing that is old enough: nothing is said.
    await audit.prune(clock.now());
    expect(await audit.head()).toMatchObject({ sequence: 5 });
    clock.advance(10_000);
    await audit.prune(clock.now());
    expect(await verify(audit)).toMatchObject({ isWhole: true, first: 6, count: 1 });
  });

  test("that went further than it says is found", async () => {
    const audit = auditOn(db);
    await audit.record(PROGRAM, deed("a"));
    clock.advance(1_000);
    await audit.record(PROGRAM, deed("b"));
    await audit.prune(clock.now());
    await db.deleteFrom("auditRecords").where("sequence", "=", 2).execute();
    expect(await verify(audit)).toMatchObject({ isWhole: false, fault: "missing", sequence: 2 });
  });
});

describe("a list", () => {
  beforeEach(async () => {
    const audit = auditOn(db);
    const ada = { userId: "11111111-0000-4000-8000-000000000000", name: "ada", address: "192.0.2.7" };
    await audit.record(ada, { ...deed("a"), detail: { note: "100% Löß_x" } });
    clock.advance(1_000);
    await audit.record(PROGRAM, deed("b", "user.removed"), {
      ...deed("c", "user.created"),
      outcome: "name_taken",
    });
  });

  const found = async (filter: object) =>
    (await auditOn(db).list({ limit: 10, ...filter })).map(({ subjectId }) => subjectId);

  test.each<[string, object, string[]]>([
    ["everything, newest first", {}, ["c", "b", "a"]],
    ["at most as many as asked for", { limit: 2 }, ["c", "b"]],
    ["what came before a place", { before: 3 }, ["b", "a"]],
    ["an actor by name", { actor: "ada" }, ["a"]],
    ["an actor by id", { actor: "11111111-0000-4000-8000-000000000000" }, ["a"]],
    ["an action", { action: "user.created" }, ["c"]],
    ["all actions on a kind", { action: "user." }, ["c", "b"]],
    ["no more than the words of an action", { action: "user" }, []],
    ["a subject by kind", { subject: "group" }, ["c", "b", "a"]],
    ["a subject by id", { subject: "b" }, ["b"]],
    ["a subject by kind and id", { subject: "group:b" }, ["b"]],
    ["a text in an address", { text: "192.0.2.7" }, ["a"]],
    ["a text in an outcome, in any case", { text: "NAME_TAK" }, ["c"]],
    ["a text with signs that LIKE knows", { text: "100% l" }, ["a"]],
    ["a text with signs that LIKE knows, where they do not stand", { text: "1%0" }, []],
    ["a text with an underscore", { text: "_x" }, ["a"]],
  ])("of %s", async (_, filter, expected) => expect(await found(filter)).toEqual(expected));

  test("of a span of time has its beginning and not its end", async () => {
    expect(await found({ from: clock.now() })).toEqual(["c", "b"]);
    expect(await found({ to: clock.now() })).toEqual(["a"]);
  });
});

test("what was recorded before there was a chain is chained in the order of its time", async () => {
  const old = new Kysely<unknown>({ dialect: sqliteDialect(join(directory, "old.sqlite")).kysely });
  for (const [name, migration] of Object.entries(MIGRATIONS)) if (name < "0006") await migration.up(old);
  const rows = old as unknown as Kysely<{ audit: Record<string, string | number | null> }>;
  for (const [id, at] of [
    ["b", 20],
    ["a", 10],
    ["c", 30],
  ] as const)
    await rows
      .insertInto("audit")
      .values({
        ...{
          id,
          at,
          actor_user_id: null,
          actor_name: "ada",
          address: "192.0.2.1",
          action: "pool.policy_set",
        },
        ...{ subject_kind: "pool", subject_id: id, detail: '{"idleMs":1}' },
      })
      .execute();
  await chainAudit(old as unknown as Parameters<typeof chainAudit>[0]);
  await old.destroy();
  const { DatabaseSync } = await import("node:sqlite");
  const raw = new DatabaseSync(join(directory, "old.sqlite"));
  const chained = raw.prepare("select id, sequence, outcome from audit_records order by sequence").all();
  expect(chained.map(({ id, sequence, outcome }) => [id, sequence, outcome])).toEqual([
    ["a", 1, "ok"],
    ["b", 2, "ok"],
    ["c", 3, "ok"],
  ]);
  const camel = raw
    .prepare(
      `select sequence, previous_hash as "previousHash", hash, id, at, actor_user_id as "actorUserId", actor_name as
       "actorName", address, action, subject_kind as "subjectKind", subject_id as "subjectId", outcome, detail
       from audit_records order by sequence`,
    )
    .all();
  const head = raw.prepare("select sequence, hash from audit_head").get() as {
    sequence: number;
    hash: string;
  };
  raw.close();
  const verifier = new ChainVerifier({ head });
  for (const record of camel) verifier.take(record as unknown as Parameters<typeof verifier.take>[0]);
  expect(verifier.finish()).toMatchObject({ isWhole: true, count: 3 });
});
