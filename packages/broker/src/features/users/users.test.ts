import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  openTestBroker,
  signIn,
  signInAdministrator,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";

const PASSWORD = "correct horse battery";
let broker: TestBroker;
let admin: TestBrowser;
let adminId: string;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
  adminId = (await admin.api("GET", "/me")).body.id;
});
afterEach(() => broker.close());

async function addUser(name: string, more: object = {}) {
  return (await admin.api("POST", "/users", { name, displayName: name, ...more })).body;
}

describe("the first administrator", () => {
  test("is made once, without a password", async () => {
    const again = await broker.broker.setup.ensureAdministrator();
    expect(again).toEqual({ userId: adminId, name: "admin", isNew: false, hasPassword: false });
    expect((await admin.api("GET", "/users")).body.items).toHaveLength(1);
  });

  test("is made once by twenty at once", async () => {
    const other = await openTestBroker();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => other.broker.setup.ensureAdministrator()),
    );
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(made.map(({ userId }) => userId)).size).toBe(1);
    await other.close();
  });

  test("is not made where another administrator took over", async () => {
    const { id } = await addUser("root", { role: "administrator" });
    const root = await signIn(broker, "root");
    expect((await root.api("DELETE", `/users/${adminId}`)).status).toBe(204);
    expect(await broker.broker.setup.ensureAdministrator()).toMatchObject({
      userId: id,
      name: "root",
      isNew: false,
    });
  });
});

describe("the last administrator", () => {
  const ways: readonly (readonly [string, () => ReturnType<TestBrowser["api"]>])[] = [
    ["removed", () => admin.api("DELETE", `/users/${adminId}`)],
    ["disabled", () => admin.api("PATCH", `/users/${adminId}`, { isDisabled: true })],
    ["demoted", () => admin.api("PATCH", `/users/${adminId}`, { role: "user" })],
  ];
  test.each(ways)("cannot be %s, and stays signed in", async (_, way) => {
    const disabled = await addUser("former", { role: "administrator" });
    await admin.api("PATCH", `/users/${disabled.id}`, { isDisabled: true });
    const answer = await way();
    expect([answer.status, answer.body.error.code]).toEqual([409, "last_administrator"]);
    expect((await admin.api("GET", "/me")).body.role).toBe("administrator");
  });

  test("is still there after two administrators remove each other at once", async () => {
    const { id } = await addUser("root", { role: "administrator" });
    const root = await signIn(broker, "root");
    await Promise.all([
      admin.api("PATCH", `/users/${id}`, { role: "user" }),
      root.api("PATCH", `/users/${adminId}`, { role: "user" }),
    ]);
    const { isNew } = await broker.broker.setup.ensureAdministrator();
    expect(isNew).toBe(false);
  });
});

describe("users", () => {
  test("are added with a name of their own, in lower case", async () => {
    const ada = await addUser("Ada");
    expect(ada).toMatchObject({
      name: "ada",
      role: "user",
      isDisabled: false,
      hasPassword: false,
      groupIds: [],
    });
    const again = await admin.api("POST", "/users", { name: "ADA", displayName: "Another" });
    expect([again.status, again.body.error.code, Object.keys(again.body.error.fields)]).toEqual([
      ...[409, "name_taken", ["name"]],
    ]);
    const eve = await addUser("eve");
    const renamed = await admin.api("PATCH", `/users/${eve.id}`, { name: "ada" });
    expect(renamed.body.error.code).toBe("name_taken");
  });

  test("are changed in what is named, and in nothing else", async () => {
    const ada = await addUser("ada", { password: PASSWORD });
    const { body } = await admin.api("PATCH", `/users/${ada.id}`, { displayName: "Ada L." });
    expect(body).toEqual({ ...ada, displayName: "Ada L.", version: 2 });
    expect((await admin.api("PATCH", `/users/${ada.id}`, {})).body).toEqual({ ...body, version: 3 });
  });

  test("who get a new password are signed out; an administrator who sets their own is not", async () => {
    const { id } = await addUser("ada");
    const ada = await signIn(broker, "ada");
    await admin.api("PATCH", `/users/${id}`, { password: PASSWORD });
    expect((await ada.api("GET", "/me")).status).toBe(401);
    const other = await signIn(broker, "admin");
    await admin.api("PATCH", `/users/${adminId}`, { password: PASSWORD });
    expect((await admin.api("GET", "/me")).status).toBe(200);
    expect((await other.api("GET", "/me")).status).toBe(401);
  });

  test("never show a hash of a password", async () => {
    await addUser("ada", { password: PASSWORD });
    const { body } = await admin.api("GET", "/users");
    expect(JSON.stringify(body)).not.toMatch(/argon2|hash/i);
    expect(body.items[0]).toMatchObject({ name: "ada", hasPassword: true });
  });

  test("cannot be put into groups that do not exist", async () => {
    const nowhere = "00000000-0000-4000-8000-000000000000";
    const answer = await admin.api("POST", "/users", {
      name: "ada",
      displayName: "Ada",
      groupIds: [nowhere],
    });
    expect([answer.status, answer.body.error.code, Object.keys(answer.body.error.fields)]).toEqual([
      ...[422, "validation_failed", ["groupIds"]],
    ]);
    expect((await admin.api("GET", "/users")).body.items).toHaveLength(1);
  });

  test("that do not exist are not found, whatever is done to them", async () => {
    const nobody = "/users/00000000-0000-4000-8000-000000000000";
    expect((await admin.api("PATCH", nobody, { displayName: "x" })).status).toBe(404);
    expect((await admin.api("DELETE", nobody)).status).toBe(404);
    expect((await admin.api("POST", `${nobody}/sign-in-links`)).status).toBe(404);
  });

  test("are asked for names without tricks", async () => {
    for (const name of ["", "a b", "-ada", "ada\u0000", "a\nda", "<script>", "a".repeat(101)])
      expect((await admin.api("POST", "/users", { name, displayName: "x" })).status, name).toBe(422);
    for (const displayName of ["", " ", "a\u0000b", "a\r\nb", "a\u202eb"])
      expect((await admin.api("POST", "/users", { name: "ada", displayName })).status, displayName).toBe(422);
  });
});

describe("groups", () => {
  test("are made, renamed, filled and removed", async () => {
    const [ada, eve] = [await addUser("ada"), await addUser("eve")];
    const made = await admin.api("POST", "/groups", { name: "Team", memberIds: [ada.id, ada.id] });
    expect(made.body).toMatchObject({ name: "Team", memberIds: [ada.id] });
    const { id } = made.body;
    const changed = await admin.api("PATCH", `/groups/${id}`, { name: "Crew", memberIds: [eve.id] });
    expect(changed.body).toEqual({ ...made.body, name: "Crew", memberIds: [eve.id], version: 2 });
    expect((await admin.api("GET", "/groups")).body.items).toEqual([changed.body]);
    const users = (await admin.api("GET", "/users")).body.items;
    expect(users.map((user: { groupIds: string[] }) => user.groupIds)).toEqual([[], [], [id]]);
    expect((await admin.api("DELETE", `/groups/${id}`)).status).toBe(204);
    expect((await admin.api("DELETE", `/groups/${id}`)).status).toBe(404);
  });

  test("refuse a name twice and members who do not exist", async () => {
    await admin.api("POST", "/groups", { name: "Team" });
    expect((await admin.api("POST", "/groups", { name: "Team" })).body.error.code).toBe("name_taken");
    const memberIds = ["00000000-0000-4000-8000-000000000000"];
    const answer = await admin.api("POST", "/groups", { name: "Crew", memberIds });
    expect(answer.body.error.fields).toHaveProperty("memberIds");
    expect((await admin.api("GET", "/groups")).body.items).toHaveLength(1);
  });
});
