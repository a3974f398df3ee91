import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SIGN_IN_ABSOLUTE_MS, SIGN_IN_IDLE_MS } from "../../domain/sign-in.ts";
import { openTestBroker, signIn, signInAdministrator, type TestBroker, TestBrowser } from "../../testing.ts";

const PASSWORD = "correct horse battery";
let broker: TestBroker;
let admin: TestBrowser;
let adaId: string;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
  adaId = (await admin.api("POST", "/users", { name: "ada", displayName: "Ada", password: PASSWORD })).body
    .id;
});
afterEach(() => broker.close());

function withPassword(browser: TestBrowser, password: string, name = "ada") {
  return browser.api("POST", "/sign-in/password", { name, password });
}

describe("by password", () => {
  test("the right one signs in, and the cookie is one that only our pages and no scripts hold", async () => {
    const browser = new TestBrowser(broker.url);
    const answer = await withPassword(browser, PASSWORD, "Ada");
    expect(answer.body).toMatchObject({ id: adaId, name: "ada", role: "user", hasPassword: true });
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-deskgate=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect((await browser.api("GET", "/me")).body.name).toBe("ada");
    const [ada] = (await admin.api("GET", "/users")).body.items;
    expect(ada).toMatchObject({ name: "ada", lastSignInAt: expect.any(String) });
  });

  test("a wrong one, an unknown name, a disabled user and one without password look alike", async () => {
    await admin.api("POST", "/users", { name: "linked", displayName: "L" });
    const { id } = (await admin.api("POST", "/users", { name: "gone", displayName: "G", password: PASSWORD }))
      .body;
    await admin.api("PATCH", `/users/${id}`, { isDisabled: true });
    const answers = [
      await withPassword(new TestBrowser(broker.url), "wrong"),
      await withPassword(new TestBrowser(broker.url), PASSWORD, "nobody"),
      await withPassword(new TestBrowser(broker.url), PASSWORD, "gone"),
      await withPassword(new TestBrowser(broker.url), PASSWORD, "linked"),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.error.code, Object.keys(body.error)]).toEqual([
        ...[401, "credentials_wrong", ["code", "message", "requestId"]],
      ]);
      expect(headers.getSetCookie()).toEqual([]);
    }
  });

  test("after five wrong ones there is a wait, for known and unknown names alike", async () => {
    for (const name of ["ada", "nobody"]) {
      const browser = new TestBrowser(broker.url);
      for (let count = 0; count < 5; count++) await withPassword(browser, "wrong", name);
      const answer = await withPassword(browser, PASSWORD, name);
      expect([answer.status, answer.body.error.code, answer.body.error.retryAfterSeconds]).toEqual([
        ...[429, "too_many_attempts", 2],
      ]);
      expect(answer.headers.get("retry-after")).toBe("2");
    }
    broker.clock.advance(2_000);
    expect((await withPassword(new TestBrowser(broker.url), PASSWORD)).status).toBe(200);
  });

  test("a script gets a token that works like the cookie, and no cookie", async () => {
    const script = new TestBrowser(broker.url);
    const answer = await script.api(
      "POST",
      "/sign-in/token",
      { name: "ada", password: PASSWORD },
      { origin: "" },
    );
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([201, []]);
    const authorization = `Bearer ${answer.body.token}`;
    expect((await script.api("GET", "/me", undefined, { authorization })).body.name).toBe("ada");
    await script.api("POST", "/sign-out", undefined, { authorization, origin: "" });
    expect((await script.api("GET", "/me", undefined, { authorization })).status).toBe(401);
  });
});

describe("by link", () => {
  async function newLink(name = "ada", lifetimeMs = 60_000): Promise<string> {
    return (await broker.broker.setup.createSignInLink(name, lifetimeMs)).path.split("#")[1] ?? "";
  }

  test("twenty at once with one link: one comes in", async () => {
    const secret = await newLink();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => new TestBrowser(broker.url).api("POST", "/sign-in/link", { secret })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body.error.code]).toEqual([401, "link_invalid"]);
  });

  test("too old, made up, or of somebody disabled: it is no link", async () => {
    const [expired, disabled] = [await newLink("ada", 1_000), await newLink("ada")];
    broker.clock.advance(1_000);
    const browser = new TestBrowser(broker.url);
    expect((await browser.api("POST", "/sign-in/link", { secret: expired })).body.error.code).toBe(
      "link_invalid",
    );
    expect((await browser.api("POST", "/sign-in/link", { secret: "made-up" })).body.error.code).toBe(
      "link_invalid",
    );
    await admin.api("PATCH", `/users/${adaId}`, { isDisabled: true });
    expect((await browser.api("POST", "/sign-in/link", { secret: disabled })).body.error.code).toBe(
      "link_invalid",
    );
  });

  test("an administrator makes one for a user, who then sets a password", async () => {
    const { id } = (await admin.api("POST", "/users", { name: "new", displayName: "New" })).body;
    const link = await admin.api("POST", `/users/${id}/sign-in-links`);
    expect(link.status).toBe(201);
    expect(link.body.path).toMatch(/^\/sign-in\/link#[\w-]{43}$/);
    const browser = new TestBrowser(broker.url);
    await browser.api("POST", "/sign-in/link", { secret: link.body.path.split("#")[1] });
    expect((await browser.api("PUT", "/me/password", { newPassword: PASSWORD })).status).toBe(204);
    expect((await withPassword(new TestBrowser(broker.url), PASSWORD, "new")).status).toBe(200);
  });

  test("an unknown name gets none", async () => {
    await expect(newLink("nobody")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a sign-in", () => {
  test("gets a new token each time, and the one before is worth nothing", async () => {
    const browser = new TestBrowser(broker.url);
    await withPassword(browser, PASSWORD);
    const before = browser.cookie;
    await withPassword(browser, PASSWORD);
    expect(browser.cookie).not.toBe(before);
    const old = new TestBrowser(broker.url);
    old.cookie = before;
    expect((await old.api("GET", "/me")).status).toBe(401);
  });

  test("never takes over a token that somebody planted", async () => {
    const browser = new TestBrowser(broker.url);
    const planted = `__Host-deskgate=${"A".repeat(43)}`;
    browser.cookie = planted;
    await withPassword(browser, PASSWORD);
    expect(browser.cookie).not.toBe(planted);
    const attacker = new TestBrowser(broker.url);
    attacker.cookie = planted;
    expect((await attacker.api("GET", "/me")).status).toBe(401);
  });

  test("of someone else ends what the browser had", async () => {
    const browser = await signIn(broker, "admin");
    const before = browser.cookie;
    await withPassword(browser, PASSWORD);
    const old = new TestBrowser(broker.url);
    old.cookie = before;
    expect((await old.api("GET", "/me")).status).toBe(401);
    expect((await browser.api("GET", "/me")).body.name).toBe("ada");
  });

  test("that failed leaves the browser signed in as it was", async () => {
    const browser = await signIn(broker, "ada");
    await withPassword(browser, "wrong");
    expect((await browser.api("GET", "/me")).status).toBe(200);
  });

  test("ends when it is not used for long", async () => {
    const browser = await signIn(broker, "ada");
    broker.clock.advance(SIGN_IN_IDLE_MS - 1);
    expect((await browser.api("GET", "/me")).status).toBe(200);
    broker.clock.advance(SIGN_IN_IDLE_MS - 1);
    expect((await browser.api("GET", "/me")).status).toBe(200);
    broker.clock.advance(SIGN_IN_IDLE_MS);
    expect((await browser.api("GET", "/me")).status).toBe(401);
  });

  test("ends after a week, however much it is used", async () => {
    const browser = await signIn(broker, "ada");
    for (let hours = 0; hours < SIGN_IN_ABSOLUTE_MS / 3_600_000 - 1; hours += 6) {
      broker.clock.advance(6 * 3_600_000 - 1);
      await browser.api("GET", "/me");
    }
    broker.clock.advance(6 * 3_600_000);
    expect((await browser.api("GET", "/me")).status).toBe(401);
  });

  test("that was signed out is over on the server, not just in the browser", async () => {
    const browser = await signIn(broker, "ada");
    const { cookie } = browser;
    const answer = await browser.api("POST", "/sign-out");
    expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([
      204,
      expect.stringContaining("Max-Age=0"),
    ]);
    browser.cookie = cookie;
    expect((await browser.api("GET", "/me")).status).toBe(401);
  });
});

describe("one's own password", () => {
  test("is changed by who knows it, and everyone else signed in as them is signed out", async () => {
    const [here, there] = [await signIn(broker, "ada"), await signIn(broker, "ada")];
    const body = { currentPassword: PASSWORD, newPassword: "another long password" };
    expect((await here.api("PUT", "/me/password", body)).status).toBe(204);
    expect((await here.api("GET", "/me")).status).toBe(200);
    expect((await there.api("GET", "/me")).status).toBe(401);
    expect((await withPassword(new TestBrowser(broker.url), PASSWORD)).status).toBe(401);
  });

  test("is not changed without it, nor by guessing it", async () => {
    const browser = await signIn(broker, "ada");
    const newPassword = "another long password";
    expect((await browser.api("PUT", "/me/password", { newPassword })).body.error.fields).toHaveProperty(
      "currentPassword",
    );
    const guess = () => browser.api("PUT", "/me/password", { currentPassword: "guess", newPassword });
    for (let count = 0; count < 5; count++) expect((await guess()).body.error.code).toBe("credentials_wrong");
    expect((await guess()).body.error.code).toBe("too_many_attempts");
  });

  test("may be short for nobody", async () => {
    const browser = await signIn(broker, "ada");
    const answer = await browser.api("PUT", "/me/password", {
      currentPassword: PASSWORD,
      newPassword: "short",
    });
    expect(answer.body.error.fields.newPassword).toBe("Use at least 10 characters.");
  });
});

test("neither log nor database holds a password, a token or a link's secret", async () => {
  const { path } = await broker.broker.setup.createSignInLink("ada", 60_000);
  const secret = path.split("#")[1] ?? "";
  const browser = new TestBrowser(broker.url);
  await browser.api("POST", "/sign-in/link", { secret });
  await withPassword(browser, PASSWORD);
  await withPassword(browser, "wrong password 123");
  const token = browser.cookie?.split("=")[1] ?? "";
  const text = JSON.stringify(broker.log.lines);
  for (const hidden of [secret, token, PASSWORD, "wrong password 123"]) expect(text).not.toContain(hidden);
  const events = broker.log.lines.filter(({ level }) => level === "info").map(({ message }) => message);
  expect(events).toEqual(
    expect.arrayContaining(["Signed in", "Sign-in refused", "Sign-in link made", "User added"]),
  );
});
