import {
  type Access,
  BUILT_IN_ROLE_NAMES,
  BUILT_IN_ROLES,
  PERMISSION_NAMES,
  type Permission,
  ROUTES,
  type Route,
  type RouteName,
} from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestBroker, signIn, signInAdministrator, type TestBroker, TestBrowser } from "../testing.ts";

/** Every route × who asks × how they prove it, from the table itself: a new route is in the matrix by being there. */
const NAMES = Object.keys(ROUTES) as RouteName[]; // the keys of the table are its names
const NOBODY = "00000000-0000-4000-8000-000000000000";

let broker: TestBroker;

beforeAll(async () => {
  broker = await openTestBroker();
  const admin = await signInAdministrator(broker);
  const custom = await admin.api("POST", "/roles", { name: "Stocktaker", permissions: CUSTOM });
  for (const who of PEOPLE) {
    const role = who === "custom" ? custom.body.id : who;
    await admin.api("POST", "/users", { name: `the-${who}`, displayName: who, role });
  }
});
afterAll(() => broker.close());

const CUSTOM: readonly Permission[] = ["machines.read", "machines.write", "groups.write"];
const PEOPLE = [...BUILT_IN_ROLE_NAMES, "custom"] as const;
type Who = "anonymous" | (typeof PEOPLE)[number];

function may(who: Who, access: Access): boolean {
  if (access === "anonymous") return true;
  if (who === "anonymous") return false;
  const permissions: readonly Permission[] = who === "custom" ? CUSTOM : BUILT_IN_ROLES[who];
  return access === "signed-in" || permissions.includes(access);
}

function pathTo(template: string): string {
  return template.replace(/:[A-Za-z]+/g, NOBODY);
}

/** A new sign-in each time, because one of the routes is to sign out. */
async function browserOf(who: Who): Promise<TestBrowser> {
  if (who === "anonymous") return new TestBrowser(broker.url);
  return signIn(broker, `the-${who}`);
}

function ask(browser: TestBrowser, { method, path }: Route, how: "cookie" | "bearer") {
  const token = browser.cookie?.split("=")[1];
  const bearer = { cookie: "", origin: "", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return browser.api(method, pathTo(path), undefined, how === "bearer" ? bearer : {});
}

describe.each(NAMES)("%s", (name) => {
  const route: Route = ROUTES[name];
  const cases = (["anonymous", ...PEOPLE] as const).flatMap((who) =>
    (["cookie", "bearer"] as const).map((how) => [who, how] as const),
  );
  test.each(cases)(`asked by %s with a %s`, async (who, how) => {
    const { status, body } = await ask(await browserOf(who), route, how);
    const isLetIn =
      !(status === 403 && body.error.code === "not_permitted") &&
      (status !== 401 || body.error.code !== "not_signed_in");
    expect(isLetIn).toBe(may(who, route.access));
    if (!isLetIn) expect(body.error.code).toBe(who === "anonymous" ? "not_signed_in" : "not_permitted");
  });
});

test("every permission of every route is one that a role can have", () => {
  for (const { access } of Object.values<Route>(ROUTES))
    expect(["anonymous", "signed-in", ...PERMISSION_NAMES]).toContain(access);
});

test("a bearer token that is wrong is not saved by a cookie that is right", async () => {
  const browser = await signIn(broker, "the-user");
  const answer = await browser.api("GET", "/me", undefined, { authorization: "Bearer wrong" });
  expect(answer.body.error.code).toBe("not_signed_in");
});

test("other kinds of authorization are no sign-in", async () => {
  const browser = await signIn(broker, "the-user");
  const token = browser.cookie?.split("=")[1] ?? "";
  for (const authorization of [
    token,
    `Basic ${token}`,
    `Bearer ${token} `.repeat(2),
    "Bearer ",
    "Bearer a b",
  ])
    expect((await browser.api("GET", "/me", undefined, { authorization, cookie: "" })).status).toBe(401);
});

test("a user who became an administrator, and was demoted, is at once what they now are", async () => {
  const admin = await signInAdministrator(broker);
  const { id } = (
    await admin.api("POST", "/users", { name: "bob", displayName: "Bob", role: "administrator" })
  ).body;
  const bob = await signIn(broker, "bob");
  expect((await bob.api("GET", "/users")).status).toBe(200);
  await admin.api("PATCH", `/users/${id}`, { role: "user" });
  expect((await bob.api("GET", "/users")).status).toBe(403);
});

describe("unknown fields", () => {
  const withBody = NAMES.filter((name) => "body" in ROUTES[name]);

  test.each(withBody)("%s names each one and refuses it", async (name) => {
    const route: Route = ROUTES[name];
    const admin = await signInAdministrator(broker);
    const body = { isBuiltIn: true, passwordHash: "x" };
    const answer = await admin.api(route.method, pathTo(route.path), body);
    expect(answer.body.error.code).toBe("validation_failed");
    expect(answer.body.error.fields).toMatchObject({
      isBuiltIn: expect.any(String),
      passwordHash: expect.any(String),
    });
  });

  test("are refused inside lists too", async () => {
    const admin = await signInAdministrator(broker);
    const protocols = [{ protocol: "vnc", port: 1, sealedPassword: "x" }];
    const answer = await admin.api("POST", "/machines", { name: "m", host: "192.0.2.1", protocols });
    expect(answer.body.error.fields).toMatchObject({ "protocols.0.sealedPassword": expect.any(String) });
  });
});
