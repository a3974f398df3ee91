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
  test.each([
    ["token", "DELETE", () => `/me/tokens/${foreign.token}`],
    ["connection", "GET", () => `/connections/${foreign.connection}`],
  ])("%s looks as if it were not there", async (_what, method, path) => {
    const theirs = await site.browser.api(method, path());
    const nobodys = await site.browser.api(method, path().replace(/[^/]+$/, NOBODY));
    expect([theirs.status, theirs.body.error.code]).toEqual([404, "not_found"]);
    expect(nobodys.body.error.code).toBe(theirs.body.error.code);
  });

  test("session cannot be ended, and desktop not be opened", async () => {
    expect((await site.browser.api("DELETE", `/sessions/${foreign.session}`)).status).toBe(403);
    const machine = { name: "Not hers", host: "192.0.2.9", protocols: [{ protocol: "vnc", port: 5901 }] };
    const { poolId } = (await site.admin.api("POST", "/machines", machine)).body;
    expect((await site.browser.api("POST", `/desktops/${poolId}/connections`, {})).status).toBe(404);
  });
});

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
