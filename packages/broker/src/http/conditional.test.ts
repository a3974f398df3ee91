import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker, type TestBrowser } from "../testing.ts";
import { ifVersionOf } from "./conditional.ts";

let broker: TestBroker;
let admin: TestBrowser;
let paths: Readonly<Record<string, string>>;

beforeEach(async () => {
  broker = await openTestBroker();
  const site = await furnish(broker);
  admin = site.admin;
  const group = (await admin.api("POST", "/groups", { name: "Crew" })).body;
  paths = {
    user: `/users/${site.ada.id}`,
    group: `/groups/${group.id}`,
    machine: `/machines/${site.machine.id}`,
    entitlement: `/entitlements/${site.entitlement.id}`,
  };
});
afterEach(() => broker.close());

const CHANGES: Readonly<Record<string, unknown>> = {
  user: { displayName: "New" },
  group: { name: "New" },
  machine: { description: "New" },
};

describe.each(["user", "group", "machine"])("a %s", (kind) => {
  test("is changed by whoever saw it last, once", async () => {
    const path = paths[kind] ?? "";
    const seen = await admin.api("GET", path);
    const match = { "if-match": seen.headers.get("etag") ?? "" };
    expect(match["if-match"]).toBe(`"v${seen.body.version}"`);
    const [one, two] = await Promise.all([
      admin.api("PATCH", path, CHANGES[kind], match),
      admin.api("PATCH", path, CHANGES[kind], match),
    ]);
    expect([one.status, two.status].toSorted()).toEqual([200, 412]);
    const made = one.status === 200 ? one : two;
    expect(made.headers.get("etag")).toBe(`"v${seen.body.version + 1}"`);
    const stale = await admin.api("DELETE", path, undefined, match);
    expect([stale.status, stale.body.error.code]).toEqual([412, "version_stale"]);
    const fresh = { "if-match": made.headers.get("etag") ?? "" };
    expect((await admin.api("DELETE", path, undefined, fresh)).status).toBe(204);
    expect((await admin.api("GET", path)).status).toBe(404);
  });
});

test("a stale removal of an entitlement removes nothing", async () => {
  const path = paths["entitlement"] ?? "";
  expect((await admin.api("DELETE", path, undefined, { "if-match": '"v9"' })).status).toBe(412);
  expect((await admin.api("GET", path)).status).toBe(200);
  expect((await admin.api("DELETE", path, undefined, { "if-match": '"v1"' })).status).toBe(204);
});

test("a pool's policy is set on the version seen", async () => {
  const [pool] = (await admin.api("GET", "/pools")).body.items;
  const set = (etag: string) => admin.api("PUT", `/pools/${pool.id}/policy`, {}, { "if-match": etag });
  expect((await set(`"v${pool.version}"`)).body.version).toBe(pool.version + 1);
  expect((await set(`"v${pool.version}"`)).status).toBe(412);
});

test("who joins a group changes the group, and who leaves it", async () => {
  const before = (await admin.api("GET", paths["group"] ?? "")).body;
  await admin.api("PATCH", paths["user"] ?? "", { groupIds: [before.id] });
  const joined = (await admin.api("GET", paths["group"] ?? "")).body;
  expect([joined.version, joined.memberIds.length]).toEqual([before.version + 1, 1]);
  await admin.api("PATCH", paths["group"] ?? "", { memberIds: [] });
  expect((await admin.api("GET", paths["user"] ?? "")).body).toMatchObject({ groupIds: [], version: 3 });
});

test("nothing that is gone is stale", async () => {
  const path = paths["user"] ?? "";
  await admin.api("DELETE", path);
  expect((await admin.api("PATCH", path, {}, { "if-match": '"v1"' })).status).toBe(404);
});

test("tags are read as RFC 9110 says", () => {
  expect(ifVersionOf(undefined)).toBeUndefined();
  expect(ifVersionOf("*")).toBeUndefined();
  expect(ifVersionOf('"v12"')).toBe(12);
  const stale = expect.objectContaining({ code: "version_stale" });
  for (const tag of ['W/"v12"', '"v1", "v2"', '"x"', '"v0"', '"v1e3"'])
    expect(() => ifVersionOf(tag)).toThrow(stale);
  const malformed = expect.objectContaining({ code: "request_malformed" });
  for (const tag of ["v1", '"v1', "", '"v1",']) expect(() => ifVersionOf(tag)).toThrow(malformed);
});
