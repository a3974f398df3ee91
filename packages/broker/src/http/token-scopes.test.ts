/** Every route × API tokens, from the tables themselves: a token opens what its scopes and its owner may, and no more. */
import { PERMISSION_NAMES, type Permission, ROUTES, type Route, type RouteName } from "@deskgate/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestBroker, signIn, signInAdministrator, type TestBroker, TestBrowser } from "../testing.ts";

const NAMES = Object.keys(ROUTES) as RouteName[]; // the keys of the table are its names
const NOBODY = "00000000-0000-4000-8000-000000000000";
const MINUTE_MS = 60_000;

let broker: TestBroker;
let tokens: {
  readonly whole: string;
  /** Of somebody who may do nothing of what permissions name. */
  readonly ofUser: string;
  readonly only: ReadonlyMap<Permission, string>;
  readonly without: ReadonlyMap<Permission, string>;
};

beforeAll(async () => {
  broker = await openTestBroker();
  const admin = await signInAdministrator(broker);
  await admin.api("POST", "/users", { name: "ada", displayName: "Ada" });
  const perPermission = async (scopesOf: (permission: Permission) => readonly string[]) =>
    new Map(
      await Promise.all(
        PERMISSION_NAMES.map(
          async (permission) => [permission, await makeToken(admin, scopesOf(permission))] as const,
        ),
      ),
    );
  tokens = {
    whole: await makeToken(admin, ["*"]),
    ofUser: await makeToken(await signIn(broker, "ada"), ["*"]),
    only: await perPermission((permission) => [permission]),
    without: await perPermission((permission) => PERMISSION_NAMES.filter((other) => other !== permission)),
  };
}, 60_000);
afterAll(() => broker.close());

let made = 0;

async function makeToken(owner: TestBrowser, scopes: readonly string[], lifeMs = 60 * MINUTE_MS) {
  made += 1;
  const expiresAt = new Date(broker.clock.now() + lifeMs).toISOString();
  const { status, body } = await owner.api("POST", "/me/tokens", {
    name: `token ${made}`,
    scopes,
    expiresAt,
  });
  expect(status).toBe(201);
  return body.secret as string;
}

/** `in`, or the code of the refusal. */
async function ask({ method, path }: Route, secret: string | undefined): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, origin: "" };
  const asked = path.replace(/:[A-Za-z]+/g, NOBODY);
  const { status, body } = await new TestBrowser(broker.url).api(method, asked, undefined, headers);
  const isRefused = status === 401 || (status === 403 && body.error.code === "not_permitted");
  return isRefused ? body.error.code : "in";
}

describe.each(NAMES)("%s", (name) => {
  const route: Route = ROUTES[name];
  const { access, needsSignIn = false } = route;
  const isForPeople = needsSignIn ? "not_permitted" : "in";

  test("with a token for everything", async () => {
    expect(await ask(route, tokens.whole)).toBe(isForPeople);
  });

  if (access === "anonymous" || access === "signed-in") {
    test("with a token of somebody without permissions, or for one thing that this is not", async () => {
      expect(await ask(route, tokens.ofUser)).toBe(isForPeople);
      expect(await ask(route, tokens.only.get("users.read"))).toBe(isForPeople);
    });
    return;
  }

  test("with a token for just this, for all but this, and of somebody who may not", async () => {
    expect(await ask(route, tokens.only.get(access))).toBe(isForPeople);
    expect(await ask(route, tokens.without.get(access))).toBe("not_permitted");
    expect(await ask(route, tokens.ofUser)).toBe("not_permitted");
  });
});

test("a token loses with its owner's role what the role loses", async () => {
  const admin = await signInAdministrator(broker);
  const fields = { name: "eve", displayName: "Eve", role: "operator" };
  const { id } = (await admin.api("POST", "/users", fields)).body;
  const secret = await makeToken(await signIn(broker, "eve"), ["*"]);
  expect(await ask(ROUTES.listUsers, secret)).toBe("in");
  await admin.api("PATCH", `/users/${id}`, { role: "user" });
  expect(await ask(ROUTES.listUsers, secret)).toBe("not_permitted");
  await admin.api("PATCH", `/users/${id}`, { isDisabled: true });
  expect(await ask(ROUTES.getMe, secret)).toBe("not_signed_in");
});

test("a token that is over, withdrawn or sent as a cookie opens nothing", async () => {
  const admin = await signInAdministrator(broker);
  const short = await makeToken(admin, ["*"], MINUTE_MS);
  const secret = await makeToken(admin, ["*"]);
  expect([await ask(ROUTES.getMe, short), await ask(ROUTES.getMe, secret)]).toEqual(["in", "in"]);
  const asCookie = { cookie: `${admin.cookie?.split("=")[0]}=${secret}` };
  const { body } = await new TestBrowser(broker.url).api("GET", "/me", undefined, asCookie);
  expect(body.error.code).toBe("not_signed_in");
  const { items } = (await admin.api("GET", "/me/tokens?limit=500")).body;
  const { id } = items.find(({ name }: { readonly name: string }) => name === `token ${made}`);
  await admin.api("DELETE", `/me/tokens/${id}`);
  broker.clock.advance(MINUTE_MS);
  expect([await ask(ROUTES.getMe, short), await ask(ROUTES.getMe, secret)]).toEqual([
    "not_signed_in",
    "not_signed_in",
  ]);
});
