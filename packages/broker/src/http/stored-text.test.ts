import { afterAll, beforeAll, expect, test } from "vitest";
import {
  machineFields,
  openTestBroker,
  signInAdministrator,
  type TestBroker,
  TestBrowser,
} from "../testing.ts";

/** What people type stays what they typed: markup, formulas, statements and templates are text like any other. */
let broker: TestBroker;
let admin: TestBrowser;

beforeAll(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterAll(() => broker.close());

const TEXTS = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `=HYPERLINK("http://198.51.100.1","x")`,
  `'; drop table users; --`,
  "{{constructor.constructor('return process')()}} #{7*7}",
  "__proto__",
];

const PLACES = [
  ["/groups", (text: string) => ({ name: text }), "name"],
  ["/roles", (text: string) => ({ name: text, permissions: [] }), "name"],
  ["/zones", (text: string) => ({ name: text, description: text }), "description"],
  ["/policies", (text: string) => ({ name: text }), "name"],
  ["/machines", (text: string) => ({ ...machineFields(text), description: text }), "description"],
  ["/users", (text: string, at: number) => ({ name: `user-${at}`, displayName: text }), "displayName"],
] as const;

test.each(PLACES)(
  "%s gives back text as it came, as JSON that no browser runs",
  async (place, body, field) => {
    for (const [at, text] of TEXTS.entries()) {
      const made = await admin.api("POST", place, body(text, at));
      expect([made.status, made.body[field]], text).toEqual([201, text]);
    }
    const { body: list, headers } = await admin.api("GET", place);
    expect(list.items.map((item: Record<string, string>) => item[field])).toEqual(
      expect.arrayContaining([...TEXTS]),
    );
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  },
);

test.each(PLACES)(
  "%s takes no text with control characters or turned direction in names",
  async (place, body) => {
    for (const text of ["a\u0000b", "a\r\nb", "a\u202eb"])
      expect((await admin.api("POST", place, body(text, 99))).status, JSON.stringify(text)).toBe(422);
  },
);

test("the site's own words come back as they were, to strangers, too", async () => {
  for (const text of TEXTS) {
    const announcement = { text, severity: "info" };
    const told = { siteName: text, signInNotice: text, announcement };
    expect((await admin.api("PATCH", "/settings", told)).body).toMatchObject(told);
    const site = await new TestBrowser(broker.url).api("GET", "/site");
    expect(site.body).toEqual({ name: text, signInNotice: text, language: null });
    expect(site.headers.get("content-type")).toMatch(/^application\/json/);
    expect((await admin.api("GET", "/announcement")).body).toMatchObject({ announcement });
  }
});

test("an id in a body or a path reaches nothing by being a name of the language", async () => {
  for (const id of ["__proto__", "constructor", "toString", "administrator", "..%2f", "%00"]) {
    expect((await admin.api("PATCH", `/roles/${id}`, { permissions: [] })).status, id).toBe(404);
    expect((await admin.api("POST", "/users", { name: "x", displayName: "x", role: id })).status, id).toBe(
      id === "administrator" ? 201 : 422,
    );
  }
});
