import { request } from "node:http";
import { errorReplySchema } from "@deskgate/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBroker, signInAdministrator, type TestBroker, TestBrowser } from "../testing.ts";

let broker: TestBroker;
let browser: TestBrowser;

beforeAll(async () => {
  broker = await openTestBroker();
  browser = new TestBrowser(broker.url);
});
afterAll(() => broker.close());

test("a body that is no JSON", async () => {
  const answer = await browser.api("POST", "/sign-in/password", '{"name": ');
  expect([answer.status, answer.body.error.code]).toEqual([400, "request_malformed"]);
  errorReplySchema.parse(answer.body);
  expect(JSON.stringify(answer.body)).not.toMatch(/JSON|position|token/i);
});

test("a body that would change the prototype of everything", async () => {
  const answer = await browser.api("POST", "/sign-in/password", '{"__proto__": {"role": "administrator"}}');
  expect(answer.status).toBe(400);
});

test("a body beyond a mebibyte", async () => {
  const body = { name: "a", password: "x".repeat(1024 * 1024) };
  const answer = await browser.api("POST", "/sign-in/password", body);
  expect([answer.status, answer.body.error.code]).toEqual([413, "payload_too_large"]);
});

test("fields that are not valid are named, with what is wrong", async () => {
  const answer = await browser.api("POST", "/sign-in/password", { name: "" });
  expect(answer.body.error).toMatchObject({
    code: "validation_failed",
    fields: { name: "Enter your name.", password: expect.any(String) },
  });
});

test("no body where one is needed", async () => {
  expect((await browser.api("POST", "/sign-in/password")).body.error.code).toBe("validation_failed");
  const empty = await browser.api("POST", "/sign-in/password", "", { "content-type": "application/json" });
  expect(empty.body.error.code).toBe("validation_failed");
});

test.each(["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/me", "/API/v1/me", "/api/v1/me/../me"])(
  "an address of the API that is none: %s",
  async (path) => {
    const answer = await raw("GET", path, { accept: "text/html" });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body).error.code).toBe("not_found");
  },
);

test("a method that an address does not take, with those it does", async () => {
  const answer = await browser.api("POST", "/me", {});
  expect([answer.status, answer.body.error.code]).toEqual([405, "method_not_allowed"]);
  expect(answer.headers.get("allow")).toBe("GET");
});

test("an id that is none is like a thing that is not there", async () => {
  const admin = await signInAdministrator(broker);
  for (const id of ["1", "x'; drop table users", "%00", "..%2f"])
    expect((await admin.api("DELETE", `/users/${id}`)).status).toBe(404);
});

test("an address that cannot be decoded", async () => {
  const answer = await raw("GET", "/api/v1/users/%zz");
  expect(answer.status).toBe(404);
  errorReplySchema.parse(JSON.parse(answer.body));
});

test("API replies are not to be stored, and are what they say they are", async () => {
  const { headers } = await browser.api("GET", "/status");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
});

test("what goes wrong inside stays inside: the client gets a number, the log the cause", async () => {
  const failing = await openTestBroker();
  const client = new TestBrowser(failing.url);
  // The database is closed under the running server.
  await failing.broker.close().catch(() => undefined);
  const answer = await client.api("GET", "/me", undefined, { authorization: "Bearer abc" });
  expect([500, 503]).toContain(answer.status);
  const { error } = errorReplySchema.parse(answer.body);
  expect(JSON.stringify(answer.body)).not.toMatch(/\.ts|at |sqlite|database thread|select/i);
  const line = failing.log.lines.find(({ fields }) => fields.requestId === error.requestId && fields.cause);
  expect(line).toMatchObject({ level: "error", fields: { code: error.code, route: "GET /api/v1/me" } });
  await failing.close().catch(() => undefined);
});

interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** `fetch` tidies paths up before it sends them. */
function raw(method: string, path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port: broker.port, method, path, headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}
