import { ROUTES, type Route } from "@deskgate/contract";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker, type TestBrowser } from "../testing.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

let broker: TestBroker;
let admin: TestBrowser;

beforeAll(async () => {
  broker = await openTestBroker();
  admin = (await furnish(broker)).admin;
  for (const name of ["bob", "eve", "kim"])
    await admin.api("POST", "/users", { name, displayName: name.toUpperCase() });
});
afterAll(() => broker.close());

const LISTS = Object.entries<Route>(ROUTES).filter(
  ([, { query }]) => query !== undefined && "shape" in query && "cursor" in Object(query.shape),
);

/** Every list, from the route table: a new one is tested by being there. */
describe.each(LISTS)("%s", (_name, route) => {
  let path: string;
  beforeAll(async () => {
    path = route.path;
    if (!path.includes(":id")) return;
    const group = (await admin.api("POST", "/groups", { name: `For ${path}` })).body;
    path = path.replace(":id", group.id);
  });

  test("gives pages", async () => {
    const { status, body } = await admin.api("GET", `${path}?limit=1`);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: expect.any(Array),
      nextCursor: body.total > 1 ? expect.any(String) : null,
      total: expect.any(Number),
    });
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=501", "limit"],
    ["limit=many", "limit"],
    ["sort=passwordHash", "sort"],
    ["sort=--name", "sort"],
    ["q=%00", "q"],
    ["isAdministrator=true", "isAdministrator"],
  ])("refuses %s", async (query, field) => {
    const { status, body } = await admin.api("GET", `${path}?${query}`);
    expect([status, body.error.code, Object.keys(body.error.fields)]).toEqual([
      400,
      "query_invalid",
      [field],
    ]);
  });

  test("refuses cursors that it did not make", async () => {
    const foreign = [
      "x",
      "%00",
      "e30",
      encodeCursor("-nothing", { key: 1, id: "x" }),
      Buffer.from('{"v":1,"s":"name","k":"a"}').toString("base64url"),
      Buffer.from('{"v":2,"s":"name","k":"a","i":"b"}').toString("base64url"),
      Buffer.from('{"v":1,"s":"name","k":"\\u0000","i":"b"}').toString("base64url"),
    ];
    for (const cursor of foreign) {
      const { status, body } = await admin.api("GET", `${path}?cursor=${cursor}`);
      expect([cursor, status, body.error?.code]).toEqual([cursor, 400, "cursor_invalid"]);
    }
  });
});

test("a list is walked page by page in the order asked for", async () => {
  const names: string[] = [];
  let cursor = "";
  do {
    const { body } = await admin.api("GET", `/users?limit=2&sort=-name${cursor}`);
    names.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
  } while (cursor !== "");
  expect(names).toEqual(["kim", "eve", "bob", "ada", "admin"].toSorted().toReversed());
});

test("a cursor belongs to its order", async () => {
  const { nextCursor } = (await admin.api("GET", "/users?limit=1&sort=name")).body;
  const answer = await admin.api("GET", `/users?limit=1&sort=-name&cursor=${nextCursor}`);
  expect(answer.body.error.code).toBe("cursor_invalid");
});

test("filters and search narrow a list and its total", async () => {
  const { body } = await admin.api("GET", "/users?q=EVE");
  expect([body.total, body.items[0].name]).toEqual([1, "eve"]);
  expect((await admin.api("GET", "/users?role=administrator")).body.items).toMatchObject([{ name: "admin" }]);
  expect((await admin.api("GET", "/users?isDisabled=true")).body.total).toBe(0);
  const { items } = (await admin.api("GET", "/users?sort=name&limit=2")).body;
  const ids = [...items.map(({ id }: { id: string }) => id), "00000000-0000-4000-8000-000000000000"];
  const named = (await admin.api("GET", `/users?ids=${ids.join(",")}&sort=name`)).body;
  expect([named.items, named.total]).toEqual([items, 2]);
  expect((await admin.api("GET", "/users?ids=,")).status).toBe(400);
  const [machine] = (await admin.api("GET", "/machines?protocol=vnc")).body.items;
  expect((await admin.api("GET", "/machines?protocol=rdp")).body.items).toEqual([]);
  expect((await admin.api("GET", `/pools?machineId=${machine.id}`)).body.total).toBe(1);
  expect((await admin.api("GET", "/entitlements?q=desk")).body.total).toBe(1);
});

test("a cursor carries any position there and back, and no damaged one", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string().filter((text) => !text.includes("\0")),
        fc.maxSafeInteger(),
      ),
      fc.uuid(),
      (key, id) => {
        const text = encodeCursor("name", { key, id });
        expect(decodeCursor("name", text)).toEqual({ key, id });
        for (let end = 0; end < text.length; end++)
          expect(() => decodeCursor("name", text.slice(0, end))).toThrow(
            expect.objectContaining({ code: "cursor_invalid" }),
          );
      },
    ),
  );
});
