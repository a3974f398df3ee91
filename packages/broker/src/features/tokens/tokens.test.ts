import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, signIn, type TestBroker, TestBrowser } from "../../testing.ts";

let broker: TestBroker;
let site: Awaited<ReturnType<typeof furnish>>;
const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(async () => {
  broker = await openTestBroker();
  site = await furnish(broker);
});
afterEach(() => broker.close());

const inDays = (days: number) => new Date(broker.clock.now() + days * DAY_MS).toISOString();

async function makeToken(owner: TestBrowser, scopes: readonly string[], name = "script") {
  const { status, body } = await owner.api("POST", "/me/tokens", { name, scopes, expiresAt: inDays(30) });
  expect(status).toBe(201);
  const ask = (method: string, path: string, sent?: unknown) =>
    new TestBrowser(broker.url).api(method, path, sent, {
      authorization: `Bearer ${body.secret}`,
      origin: "",
    });
  return { ...body, ask };
}

describe("an API token", () => {
  test("shows its secret once, and then what became of it", async () => {
    const { secret, id, ask } = await makeToken(site.admin, ["users.read"]);
    expect(secret).toMatch(/^dgt_[A-Za-z0-9_-]{43}$/);
    await ask("GET", "/users");
    const { items } = (await site.admin.api("GET", "/me/tokens")).body;
    expect(items).toMatchObject([{ id, scopes: ["users.read"], lastUsedAddress: "127.0.0.1" }]);
    expect(JSON.stringify(items)).not.toContain(secret);
    expect(items[0].lastUsedAt).not.toBeNull();
  });

  test("opens what its scopes name, and nothing else", async () => {
    const { ask } = await makeToken(site.admin, ["users.read"]);
    expect((await ask("GET", "/users")).status).toBe(200);
    expect((await ask("GET", "/machines")).status).toBe(403);
    expect((await ask("POST", "/users", { name: "x", displayName: "x" })).status).toBe(403);
    expect((await ask("GET", "/me")).body.permissions).toEqual(["users.read"]);
  });

  test("never does more than its owner may at that moment", async () => {
    const { id } = (
      await site.admin.api("POST", "/users", { name: "bob", displayName: "Bob", role: "administrator" })
    ).body;
    const { ask } = await makeToken(await signIn(broker, "bob"), ["*"]);
    expect((await ask("GET", "/users")).status).toBe(200);
    await site.admin.api("PATCH", `/users/${id}`, { role: "operator" });
    expect((await ask("GET", "/users")).status).toBe(200);
    expect((await ask("GET", "/audit")).status).toBe(403);
    await site.admin.api("PATCH", `/users/${id}`, { isDisabled: true });
    expect((await ask("GET", "/me")).status).toBe(401);
  });

  test("of someone with no rights has none, whatever its scopes say", async () => {
    const { ask } = await makeToken(site.browser, ["users.read", "users.write"]);
    expect((await ask("GET", "/users")).status).toBe(403);
    expect((await ask("GET", "/desktops")).status).toBe(200);
  });

  test.each([
    ["make tokens", "POST", "/me/tokens"],
    ["change the password", "PUT", "/me/password"],
    ["sign out", "POST", "/sign-out"],
  ])("cannot %s", async (_what, method, path) => {
    const { ask } = await makeToken(site.browser, ["*"]);
    expect((await ask(method, path)).body.error.code).toBe("not_permitted");
  });

  test("is worth nothing after its time, after its withdrawal, changed, or in a cookie", async () => {
    const { ask, id, secret } = await makeToken(site.admin, ["*"]);
    const browser = new TestBrowser(broker.url);
    browser.cookie = `__Host-deskgate=${secret}`;
    expect((await browser.api("GET", "/me")).status).toBe(401);
    const changed = { authorization: `Bearer ${secret.slice(0, -1)}`, cookie: "" };
    expect((await browser.api("GET", "/me", undefined, changed)).status).toBe(401);
    expect((await ask("GET", "/me")).status).toBe(200);
    expect((await site.admin.api("DELETE", `/me/tokens/${id}`)).status).toBe(204);
    expect((await ask("GET", "/me")).status).toBe(401);
    const other = await makeToken(site.browser, ["*"]);
    broker.clock.advance(31 * DAY_MS);
    expect((await other.ask("GET", "/me")).status).toBe(401);
  });

  test("lives for a year at most, and has a name of its own", async () => {
    const make = (expiresAt: string, name = "n") =>
      site.browser.api("POST", "/me/tokens", { name, scopes: ["*"], expiresAt });
    for (const days of [-1, 0, 400])
      expect((await make(inDays(days))).body.error.code).toBe("validation_failed");
    expect((await make(inDays(365))).status).toBe(201);
    expect((await make(inDays(365))).body.error.code).toBe("name_taken");
  });
});

test("nobody sees or withdraws another's tokens, but who manages them does", async () => {
  const { id } = await makeToken(site.admin, ["*"]);
  expect((await site.browser.api("GET", "/me/tokens")).body.items).toEqual([]);
  expect((await site.browser.api("DELETE", `/me/tokens/${id}`)).status).toBe(404);
  expect((await site.browser.api("GET", "/tokens")).status).toBe(403);
  await makeToken(site.browser, ["*"], "hers");
  const all = (await site.admin.api("GET", "/tokens?sort=name")).body.items;
  expect(all.map(({ userName }: { userName: string }) => userName)).toEqual(["ada", "admin"]);
  expect((await site.admin.api("DELETE", `/tokens/${all[0].id}`)).status).toBe(204);
});

test("neither database nor log holds a token", async () => {
  const { secret } = await makeToken(site.admin, ["*"]);
  expect(JSON.stringify(broker.log.lines)).not.toContain(secret);
});
