import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestBroker, signIn, signInAdministrator, type TestBroker, TestBrowser } from "../testing.ts";

let broker: TestBroker;
let browser: TestBrowser;

beforeAll(async () => {
  broker = await openTestBroker();
  const admin = await signInAdministrator(broker);
  await admin.api("POST", "/users", { name: "ada", displayName: "Ada" });
  browser = await signIn(broker, "ada");
});
afterAll(() => broker.close());

/** Changes nothing where it is let in: the password is too short. */
const change = (headers: Record<string, string>, who = browser) =>
  who.api("PUT", "/me/password", { newPassword: "short" }, headers);

describe("a request that changes something, with a cookie", () => {
  test.each([
    ["another site", "https://evil.example"],
    ["a longer name that begins alike", "http://127.0.0.1.evil.example"],
    ["another port of the same host", "http://127.0.0.1:1"],
    ["a sandboxed frame", "null"],
    ["a scheme that is no page's", "file://"],
    ["nonsense", "http://"],
  ])("from %s is refused", async (_, origin) => {
    expect((await change({ origin })).body.error.code).toBe("origin_foreign");
  });

  test("that names no origin is refused, unless the browser says it is the same", async () => {
    expect((await change({ origin: "" })).body.error.code).toBe("origin_foreign");
    expect((await change({ origin: "", "sec-fetch-site": "cross-site" })).body.error.code).toBe(
      "origin_foreign",
    );
    expect((await change({ origin: "", "sec-fetch-site": "same-site" })).body.error.code).toBe(
      "origin_foreign",
    );
    expect((await change({ origin: "", "sec-fetch-site": "same-origin" })).status).toBe(422);
  });

  test("from our own page is let in", async () => {
    expect((await change({})).status).toBe(422);
  });
});

test("a refused request is in the log as one to look at", async () => {
  await change({ origin: "https://evil.example" });
  expect(
    broker.log.lines.some(({ level, fields }) => level === "warn" && fields.code === "origin_foreign"),
  ).toBe(true);
});

test("a script with a bearer token needs no origin", async () => {
  const token = browser.cookie?.split("=")[1];
  expect((await change({ origin: "", cookie: "", authorization: `Bearer ${token}` })).status).toBe(422);
});

test("another site cannot sign somebody in", async () => {
  const stranger = new TestBrowser(broker.url);
  const body = { name: "ada", password: "whatever it is" };
  for (const path of ["/sign-in/password", "/sign-in/token"])
    expect((await stranger.api("POST", path, body, { origin: "https://evil.example" })).body.error.code).toBe(
      "origin_foreign",
    );
  const link = await stranger.api("POST", "/sign-in/link", { secret: "x" }, { origin: "null" });
  expect(link.body.error.code).toBe("origin_foreign");
});

test("a script may sign in without an origin", async () => {
  const stranger = new TestBrowser(broker.url);
  const answer = await stranger.api(
    "POST",
    "/sign-in/token",
    { name: "ada", password: "wrong" },
    { origin: "" },
  );
  expect(answer.body.error.code).toBe("credentials_wrong");
});

test("no reply ever tells a browser that another site may read it", async () => {
  const origin = "https://evil.example";
  const answers = [
    await browser.api("GET", "/me", undefined, { origin }),
    await browser.send("OPTIONS", "/api/v1/me", undefined, {
      origin,
      "access-control-request-method": "PUT",
    }),
    await browser.send("GET", "/api/v1/openapi.json", undefined, { origin }),
  ];
  for (const { headers } of answers)
    expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  expect(answers[1]?.status).toBe(405);
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
  "a body of type %s, which a plain form can send, is not read",
  async (type) => {
    const answer = await change({ "content-type": type });
    expect([answer.status, answer.body.error.code]).toEqual([415, "media_type_unsupported"]);
  },
);
