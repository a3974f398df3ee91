import { afterEach, beforeEach, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker, type TestBrowser } from "../../testing.ts";

let broker: TestBroker;
let admin: TestBrowser;
let ada: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  ({ admin, browser: ada } = await furnish(broker));
});
afterEach(() => broker.close());

const make = (name: string, key: string, by = admin) =>
  by.api("POST", "/groups", { name }, { "idempotency-key": key });
const count = async () => (await admin.api("GET", "/groups")).body.total;

test("the same request with the same key is made once, and answered the same", async () => {
  const first = await make("Crew", "k1");
  const second = await make("Crew", "k1");
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  expect([first.headers.get("idempotent-replayed"), second.headers.get("idempotent-replayed")]).toEqual([
    null,
    "true",
  ]);
  expect(await count()).toBe(1);
});

test("of twenty at once one is made, and all hear of it", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => make("Crew", "k1")));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await count()).toBe(1);
});

test("another request with the same key is refused", async () => {
  await make("Crew", "k1");
  expect((await make("Pilots", "k1")).body.error.code).toBe("idempotency_conflict");
  const user = await admin.api(
    "POST",
    "/users",
    { name: "x", displayName: "x" },
    { "idempotency-key": "k1" },
  );
  expect(user.body.error.code).toBe("idempotency_conflict");
});

test("a refusal is not remembered", async () => {
  const { id } = (await make("Crew", "k1")).body;
  expect((await make("Crew", "k2")).body.error.code).toBe("name_taken");
  await admin.api("DELETE", `/groups/${id}`);
  expect((await make("Crew", "k2")).status).toBe(201);
});

test("a day later the key is free again", async () => {
  const { id } = (await make("Crew", "k1")).body;
  await admin.api("DELETE", `/groups/${id}`);
  expect((await make("Crew", "k1")).body.id).toBe(id);
  const { path } = await broker.broker.setup.createSignInLink("admin", 2 * 24 * 60 * 60 * 1000);
  broker.clock.advance(24 * 60 * 60 * 1000 + 1);
  await admin.api("POST", "/sign-in/link", { secret: path.split("#")[1] });
  expect((await make("Crew", "k1")).body.id).not.toBe(id);
});

test("a secret shown once is shown again to whoever asked with the key, and to nobody else", async () => {
  const expiresAt = new Date(broker.clock.now() + 60_000).toISOString();
  const token = (by: TestBrowser) =>
    by.api("POST", "/me/tokens", { name: "n", scopes: ["*"], expiresAt }, { "idempotency-key": "k" });
  const first = await token(admin);
  expect((await token(admin)).body.secret).toBe(first.body.secret);
  expect((await token(ada)).body.secret).not.toBe(first.body.secret);
});

test.each(["", "a b", "x".repeat(201), "ä"])("the key %j is none", async (key) => {
  const answer = await admin.api(
    "POST",
    "/groups",
    { name: "Crew" },
    { "idempotency-key": encodeURI(key) === key ? key || " " : "a b" },
  );
  expect([answer.status, answer.body.error?.code]).toEqual([400, "request_malformed"]);
});
