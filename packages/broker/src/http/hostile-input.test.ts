import { API_PREFIX, ROUTES, type Route } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { furnish, openTestBroker, type TestBroker, TestBrowser } from "../testing.ts";

/** What every route must stand, made from the route table: a new route is tested by being there. */
const ROUTE_LIST: readonly (readonly [string, Route])[] = Object.entries<Route>(ROUTES);
const CHANGING = ROUTE_LIST.filter(([, { method, access }]) => method !== "GET" && access !== "anonymous");
const NOBODY = "00000000-0000-4000-8000-000000000000";
const SCRIPT = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;

const REFLECTED = "<script>reflected(1)</script>";

let broker: TestBroker;
let site: Awaited<ReturnType<typeof furnish>>;
let foreign: { readonly token: string; readonly connection: string; readonly session: string };

beforeAll(async () => {
  broker = await openTestBroker();
  site = await furnish(broker);
  const expiresAt = new Date(broker.clock.now() + 60_000).toISOString();
  const token = await site.admin.api("POST", "/me/tokens", { name: "t", scopes: ["*"], expiresAt });
  await site.admin.api("POST", "/entitlements", {
    poolId: site.machine.poolId,
    userId: (await me(site.admin)).id,
  });
  const opened = await site.admin.api("POST", `/desktops/${site.machine.poolId}/connections`, {});
  foreign = { token: token.body.id, connection: opened.body.connectionId, session: opened.body.sessionId };
});
afterAll(() => broker.close());

async function me(browser: TestBrowser) {
  return (await browser.api("GET", "/me")).body;
}

const pathOf = ({ path }: Route) => path.replace(/:\w+/g, NOBODY);

describe.each(CHANGING)("%s", (_name, route) => {
  test.each([
    ["another site", { origin: "https://evil.example" }],
    ["a page without origin", { origin: "null" }],
    ["a form of an old browser", { origin: "", "sec-fetch-site": "cross-site" }],
    ["somebody who hides where they are", { origin: "" }],
    ["the same host on another port", { origin: "http://127.0.0.1:1" }],
  ])("does nothing for %s with the person's cookie", async (_who, headers) => {
    const answer = await site.admin.api(route.method, pathOf(route), undefined, headers);
    expect([answer.status, answer.body.error.code]).toEqual([403, "origin_foreign"]);
  });
});

describe("another person's", () => {
  /** Of what is somebody's own and named by an id, there is no more than this. */
  const OWN_BY_ID = ["connectDesktop", "endDesktopSession", "setFavourite", "getConnection", "deleteMyToken"];

  test("things that one names by an id are all tried here", () => {
    const byId = ROUTE_LIST.filter(([, { access, path }]) => access === "signed-in" && path.includes("/:"));
    expect(new Set(byId.map(([name]) => name))).toEqual(new Set(OWN_BY_ID));
  });

  test.each([
    ["token", "DELETE", () => `/me/tokens/${foreign.token}`],
    ["connection, and what one is told there,", "GET", () => `/connections/${foreign.connection}`],
  ])("%s looks as if it were not there", async (_what, method, path) => {
    const theirs = await site.browser.api(method, path());
    const nobodys = await site.browser.api(method, path().replace(/[^/]+$/, NOBODY));
    expect([theirs.status, theirs.body.error.code]).toEqual([404, "not_found"]);
    expect(nobodys.body.error.code).toBe(theirs.body.error.code);
  });

  test("token is in no list but theirs, and goes on opening", async () => {
    const listed = async (browser: TestBrowser) =>
      (await browser.api("GET", "/me/tokens")).body.items.map(({ id }: { readonly id: string }) => id);
    expect(await listed(site.browser)).toEqual([]);
    expect(await listed(site.admin)).toEqual([foreign.token]);
  });

  test("session cannot be ended, read or written to", async () => {
    const { session } = foreign;
    for (const [method, path, body] of [
      ["DELETE", `/sessions/${session}`, undefined],
      ["GET", `/sessions/${session}`, undefined],
      ["GET", `/sessions/${session}/story`, undefined],
      ["POST", `/sessions/${session}/message`, { text: "Hello" }],
    ] as const)
      expect((await site.browser.api(method, path, body)).body.error.code, path).toBe("not_permitted");
    // Both may use the pool; the session on it is not hers.
    const ended = await site.browser.api("DELETE", `/desktops/${site.machine.poolId}/session`);
    expect([ended.status, ended.body.error.code]).toEqual([404, "not_found"]);
    expect((await site.admin.api("GET", `/sessions/${session}`)).body.state).not.toBe("ended");
  });

  test("desktop cannot be opened, marked or found out about", async () => {
    const machine = { name: "Not hers", host: "192.0.2.9", protocols: [{ protocol: "vnc", port: 5901 }] };
    const { poolId } = (await site.admin.api("POST", "/machines", machine)).body;
    for (const id of [poolId, NOBODY]) {
      const opened = await site.browser.api("POST", `/desktops/${id}/connections`, {});
      expect([opened.status, opened.body.error.code]).toEqual([404, "desktop_not_entitled"]);
      const marked = await site.browser.api("PUT", `/desktops/${id}/favourite`, { isFavourite: true });
      expect([marked.status, marked.body.error.code]).toEqual([404, "desktop_not_entitled"]);
      expect((await site.browser.api("DELETE", `/desktops/${id}/session`)).body.error.code).toBe("not_found");
    }
    expect(JSON.stringify((await site.browser.api("GET", "/desktops")).body)).not.toContain("Not hers");
  });

  test("favourite stays theirs", async () => {
    const isFavourite = async (browser: TestBrowser) =>
      (await browser.api("GET", "/desktops")).body.items.find(
        ({ id }: { readonly id: string }) => id === site.machine.poolId,
      ).isFavourite;
    await site.browser.api("PUT", `/desktops/${site.machine.poolId}/favourite`, { isFavourite: true });
    expect([await isFavourite(site.browser), await isFavourite(site.admin)]).toEqual([true, false]);
  });
});

describe("what nobody asked for", () => {
  const SCHEMAS = ROUTE_LIST.flatMap(([name, { body, query }]) => [
    ...(body ? [[`the body of ${name}`, body] as const] : []),
    ...(query ? [[`the query of ${name}`, query] as const] : []),
  ]);

  test("would be seen", () => {
    const loose = z.strictObject({ rules: z.array(z.object({ name: z.string() })).default([]) });
    expect(looseObjects(loose, "")).toEqual([".rules[]"]);
  });

  test.each(SCHEMAS)("is refused in %s, however deep", (_where, schema) => {
    expect(looseObjects(schema, "")).toEqual([]);
  });
});

/** Where a schema would let keys through that it does not know. */
function looseObjects(schema: z.ZodType, place: string): readonly string[] {
  if (schema instanceof z.ZodObject) {
    const inner = Object.entries(schema.shape as Record<string, z.ZodType>); // a shape's values are schemas
    const isStrict = schema.def.catchall instanceof z.ZodNever;
    return [
      ...(isStrict ? [] : [place === "" ? "itself" : place]),
      ...inner.flatMap(([key, value]) => looseObjects(value, `${place}.${key}`)),
    ];
  }
  if (schema instanceof z.ZodArray) return looseObjects(schema.element as z.ZodType, `${place}[]`);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => looseObjects(option as z.ZodType, place));
  const { innerType } = schema.def as { readonly innerType?: z.ZodType };
  return innerType ? looseObjects(innerType, place) : [];
}

describe("markup", () => {
  const TEXTS = ROUTE_LIST.flatMap(([name, route]) =>
    textFieldsOf(route).map((field) => [name, field, route] as const),
  );

  test("there are text fields to try", () => expect(TEXTS.length).toBeGreaterThan(10));

  test.each(TEXTS)(
    "sent to %s as %s comes back as JSON that no browser takes for a page",
    async (_name, field, route) => {
      const body = { ...exampleOf(route), [field]: SCRIPT };
      const answer = await site.admin.api(route.method, pathOf(route), body);
      expectHarmless(answer.headers);
      expect(answer.status).not.toBe(500);
    },
  );

  test.each(ROUTE_LIST)("in the address of %s is not reflected", async (_name, route) => {
    if (route.media === "text/event-stream") return;
    const inPath = route.path.replace(/:\w+/g, encodeURIComponent(REFLECTED));
    const answer = await site.admin.api("GET", `${inPath}?x=${encodeURIComponent(REFLECTED)}`, undefined, {
      accept: "text/html",
    });
    if (answer.headers.get("content-type")?.startsWith("text/csv")) return;
    expectHarmless(answer.headers);
    expect(JSON.stringify(answer.body)).not.toContain(REFLECTED.slice(0, 20));
  });

  test("that is stored is given out as it is, as JSON", async () => {
    const { id } = (await site.admin.api("POST", "/groups", { name: `${SCRIPT} kept` })).body;
    const answer = await site.admin.send("GET", `${API_PREFIX}/groups/${id}`, undefined, {
      accept: "text/html",
    });
    expect(answer.body.name).toBe(`${SCRIPT} kept`);
    expectHarmless(answer.headers);
    await site.admin.api("DELETE", `/groups/${id}`);
  });
});

function expectHarmless(headers: Headers): void {
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  const type = headers.get("content-type");
  if (type !== null) expect(type).toMatch(/^application\/json/);
}

/** The body's fields that take text, by its schema. */
function textFieldsOf({ body }: Route): readonly string[] {
  return Object.entries(shapeOf(body)).flatMap(([field, schema]) =>
    schema.safeParse("some text").success ? [field] : [],
  );
}

/** Something for each required field, so that the text is what is looked at. */
function exampleOf({ body }: Route): Record<string, unknown> {
  const values = ["example", 1, true, NOBODY, [], {}, "192.0.2.1"];
  return Object.fromEntries(
    Object.entries(shapeOf(body)).flatMap(([field, schema]) => {
      if (schema.safeParse(undefined).success) return [];
      return [[field, values.find((value) => schema.safeParse(value).success)]];
    }),
  );
}

function shapeOf(body: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  return body instanceof z.ZodObject ? (body.shape as Record<string, z.ZodType>) : {}; // a shape's values are schemas
}

test("a stranger without cookie is told nothing about what exists", async () => {
  const stranger = new TestBrowser(broker.url);
  for (const path of [`/users/${site.ada.id}`, `/users/${NOBODY}`])
    expect((await stranger.api("GET", path)).body.error.code).toBe("not_signed_in");
});
