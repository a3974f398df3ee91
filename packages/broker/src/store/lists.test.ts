import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page, PageRequest, Position } from "../domain/page.ts";
import { type Database, openDatabase } from "./database.ts";
import { dialectOf } from "./dialects/settings.ts";
import { type ListShape, readPage } from "./lists.ts";
import { newTestDatabase } from "./testing.ts";

type Sort = "name" | "lastSignInAt";
const SHAPE: ListShape<Sort> = {
  id: "users.id",
  sorts: {
    name: { column: "users.displayName", as: "text" },
    lastSignInAt: { column: "users.lastSignInAt", as: "number" },
  },
  searched: ["users.name", "users.displayName"],
};

let db: Database;
beforeAll(async () => {
  db = await openDatabase(dialectOf(await newTestDatabase()));
});
afterAll(() => db.destroy());

/** Few different values, so that many rows are alike in what they are sorted by. */
const rowArbitrary = fc.record({
  displayName: fc.constantFrom("Ada", "ada", "Äpfel", "äpfel", "Bob", "", "%", "zoë"),
  lastSignInAt: fc.option(fc.constantFrom(0, 1, 2), { nil: null }),
});
type Row = { readonly displayName: string; readonly lastSignInAt: number | null };

let nextName = 0;
async function insert(rows: readonly Row[]): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const values = rows.map((row) => ({
    ...row,
    ...{ id: crypto.randomUUID(), name: `user-${nextName++}`, role: "user" as const },
    ...{ passwordHash: null, disabledAt: null, createdAt: 1 },
  }));
  await db.insertInto("users").values(values).execute();
  return values.map(({ id }) => id);
}

function read(request: Partial<PageRequest<Sort>>): Promise<Page<{ readonly id: string }>> {
  const whole = { limit: 3, sort: "name", isDescending: false, after: undefined, search: undefined } as const;
  return readPage(db.selectFrom("users").select(["id", "displayName"]), SHAPE, { ...whole, ...request });
}

test("paging through any order, while rows come and go, repeats nothing and skips nothing that stayed", async () => {
  const stepArbitrary = fc.record({
    added: fc.array(rowArbitrary, { maxLength: 3 }),
    removed: fc.array(fc.nat(), { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowArbitrary, { maxLength: 20 }),
      fc.array(stepArbitrary, { maxLength: 8 }),
      fc.constantFrom<Sort>("name", "lastSignInAt"),
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      async (rows, steps, sort, isDescending, limit) => {
        await db.deleteFrom("users").execute();
        const there = [...(await insert(rows))];
        const stayed = new Set(there);
        const seen: string[] = [];
        let after: Position | undefined;
        for (let page = 0; ; page++) {
          const { items, next } = await read({ sort, isDescending, limit, after });
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items.map(({ id }) => id));
          if (!next) break;
          after = next;
          const step = steps[page];
          if (!step) continue;
          for (const gone of takeSome(there, step.removed)) {
            stayed.delete(gone);
            await db.deleteFrom("users").where("id", "=", gone).execute();
          }
          there.push(...(await insert(step.added)));
        }
        expect(new Set(seen).size).toBe(seen.length);
        for (const id of stayed) expect(seen).toContain(id);
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

/** Takes items out of `from`, chosen by any numbers. */
function takeSome(from: string[], indexes: readonly number[]): readonly string[] {
  return indexes.flatMap((index) => from.splice(index % Math.max(1, from.length), 1));
}

test("pages come in the order asked for, whatever the case, null first", async () => {
  await db.deleteFrom("users").execute();
  await insert(["b", "A", "C", "ä", "Ä"].map((displayName) => ({ displayName, lastSignInAt: null })));
  await insert([{ displayName: "signed in", lastSignInAt: 5 }]);
  const names = async (request: Partial<PageRequest<Sort>>) =>
    (await read({ limit: 10, ...request })).items.map((row) =>
      "displayName" in row ? String(row.displayName).toLowerCase() : "",
    );
  expect(await names({})).toEqual(["a", "b", "c", "signed in", "ä", "ä"]);
  expect(await names({ isDescending: true })).toEqual(["ä", "ä", "signed in", "c", "b", "a"]);
  expect((await names({ sort: "lastSignInAt" })).at(-1)).toBe("signed in");
});

test("a search finds text anywhere, in any case and alphabet, and takes % and _ for what they are", async () => {
  await db.deleteFrom("users").execute();
  await insert(
    ["100 % sure", "a_b", "aXb", "Zoë Ångström"].map((displayName) => ({ displayName, lastSignInAt: null })),
  );
  const found = async (search: string) => (await read({ search, limit: 10 })).items.length;
  expect(await found("%")).toBe(1);
  expect(await found("a_b")).toBe(1);
  expect(await found("zoë ÅNG")).toBe(1);
  expect(await found("\\")).toBe(0);
  expect(await found("user-")).toBe(4);
});

test("the first page says how many there are in all, the others do not count again", async () => {
  await db.deleteFrom("users").execute();
  await insert(Array.from({ length: 5 }, () => ({ displayName: "x", lastSignInAt: null })));
  const first = await read({ limit: 2 });
  expect([first.total, first.items.length]).toEqual([5, 2]);
  expect((await read({ limit: 2, after: first.next })).total).toBeUndefined();
});
