import { BUILT_IN_ROLE_NAMES, BUILT_IN_ROLES, type Permission } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  openTestBroker,
  signIn,
  signInAdministrator,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";

let broker: TestBroker;
let admin: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

async function addRole(name: string, permissions: readonly Permission[]) {
  return (await admin.api("POST", "/roles", { name, permissions })).body;
}

/** A person whose role has just these permissions, signed in. */
async function personWho(name: string, permissions: readonly Permission[]): Promise<TestBrowser> {
  const role = await addRole(`Role of ${name}`, permissions);
  await admin.api("POST", "/users", { name, displayName: name, role: role.id });
  return signIn(broker, name);
}

async function idOf(name: string): Promise<string> {
  const { items } = (await admin.api("GET", "/users")).body;
  return items.find((user: { name: string }) => user.name === name).id;
}

describe("roles", () => {
  test("are the built-in ones and what the site adds", async () => {
    const made = await addRole("Stocktaker", ["machines.read"]);
    const { items } = (await admin.api("GET", "/roles")).body;
    expect(items).toEqual([
      ...BUILT_IN_ROLE_NAMES.map((name) => ({
        ...{ id: name, name, isBuiltIn: true, permissions: BUILT_IN_ROLES[name], version: 1 },
      })),
      { id: made.id, name: "Stocktaker", isBuiltIn: false, permissions: ["machines.read"], version: 1 },
    ]);
    for (const role of items) expect((await admin.api("GET", `/roles/${role.id}`)).body).toEqual(role);
    expect((await admin.api("GET", "/roles/nothing")).status).toBe(404);
  });

  test("count for the next request of who has them", async () => {
    const ada = await personWho("ada", ["machines.read"]);
    expect((await ada.api("GET", "/me")).body.permissions).toEqual(["machines.read"]);
    expect((await ada.api("GET", "/users")).status).toBe(403);
    const { role } = (await ada.api("GET", "/me")).body;
    await admin.api("PATCH", `/roles/${role}`, { permissions: ["users.read"] });
    expect([(await ada.api("GET", "/users")).status, (await ada.api("GET", "/machines")).status]).toEqual([
      200, 403,
    ]);
  });

  test("that somebody has cannot be removed", async () => {
    const ada = await personWho("ada", []);
    const { role } = (await ada.api("GET", "/me")).body;
    const answer = await admin.api("DELETE", `/roles/${role}`);
    expect([answer.status, answer.body.error.code]).toEqual([409, "still_in_use"]);
    await admin.api("PATCH", `/users/${await idOf("ada")}`, { role: "user" });
    expect((await admin.api("DELETE", `/roles/${role}`)).status).toBe(204);
    expect((await admin.api("DELETE", `/roles/${role}`)).status).toBe(404);
  });

  test("refuse a name twice, a built-in one's name, and what is no permission", async () => {
    await addRole("Stocktaker", []);
    const codes = [];
    for (const body of [
      { name: "Stocktaker", permissions: [] },
      { name: "Administrator", permissions: [] },
      { name: "x", permissions: ["everything"] },
      { name: "x", permissions: ["users.read", "users.read"] },
      { name: "x", permissions: [], isBuiltIn: true },
      { name: "x", permissions: [], id: "administrator" },
    ])
      codes.push((await admin.api("POST", "/roles", body)).body.error.code);
    expect(codes).toEqual([
      ...["name_taken", "name_taken"],
      ...["validation_failed", "validation_failed", "validation_failed", "validation_failed"],
    ]);
  });

  test.each(BUILT_IN_ROLE_NAMES)("of the program, such as %s, stay as they are", async (name) => {
    expect((await admin.api("PATCH", `/roles/${name}`, { permissions: [] })).status).toBe(404);
    expect((await admin.api("DELETE", `/roles/${name}`)).status).toBe(404);
  });

  test("that are unknown cannot be given", async () => {
    const role = "00000000-0000-4000-8000-000000000000";
    const answer = await admin.api("POST", "/users", { name: "ada", displayName: "Ada", role });
    expect(answer.body.error.fields).toHaveProperty("role");
  });

  test("that were made, changed and removed stand in the audit, with who did it", async () => {
    const { id } = await addRole("Stocktaker", ["machines.read"]);
    await admin.api("PATCH", `/roles/${id}`, { permissions: [] });
    await admin.api("DELETE", `/roles/${id}`);
    const { items } = (await admin.api("GET", "/audit")).body;
    const entries = items.filter(({ subjectId }: { subjectId: string }) => subjectId === id);
    expect(new Set(entries.map(({ action }: { action: string }) => action))).toEqual(
      new Set(["role.created", "role.changed", "role.removed"]),
    );
    expect(entries[0]).toMatchObject({ actorName: "admin", subjectKind: "role" });
  });
});

describe("nobody gives what they do not have", () => {
  const KEEPER: readonly Permission[] = ["users.read", "users.write", "roles.write"];
  let keeper: TestBrowser;
  let adminId: string;

  beforeEach(async () => {
    keeper = await personWho("keeper", KEEPER);
    adminId = await idOf("admin");
  });

  test("in a role they make, or one they change", async () => {
    const made = await keeper.api("POST", "/roles", { name: "x", permissions: ["machines.read"] });
    expect([made.status, made.body.error.code]).toEqual([403, "not_yours_to_grant"]);
    const own = await keeper.api("POST", "/roles", { name: "x", permissions: ["users.read"] });
    expect(own.status).toBe(201);
    const more = { permissions: ["users.read", "audit.read"] };
    expect((await keeper.api("PATCH", `/roles/${own.body.id}`, more)).body.error.code).toBe(
      "not_yours_to_grant",
    );
    const { role } = (await keeper.api("GET", "/me")).body;
    expect((await keeper.api("PATCH", `/roles/${role}`, more)).body.error.code).toBe("not_yours_to_grant");
  });

  test("nor take it away from a role", async () => {
    const { id } = await addRole("Stocktaker", ["machines.read"]);
    for (const answer of [
      await keeper.api("PATCH", `/roles/${id}`, { permissions: [] }),
      await keeper.api("DELETE", `/roles/${id}`),
    ])
      expect(answer.body.error.code).toBe("not_yours_to_grant");
  });

  test("to a user, themselves included", async () => {
    const codes = [];
    for (const role of ["administrator", "operator", "auditor", "user"])
      codes.push((await keeper.api("POST", "/users", { name: role, displayName: role, role })).status);
    expect(codes).toEqual([403, 403, 403, 201]);
    const me = await idOf("keeper");
    const answer = await keeper.api("PATCH", `/users/${me}`, { role: "administrator" });
    expect(answer.body.error.code).toBe("not_yours_to_grant");
  });

  test("by becoming somebody who has it", async () => {
    for (const answer of [
      await keeper.api("POST", `/users/${adminId}/sign-in-links`),
      await keeper.api("PATCH", `/users/${adminId}`, { password: "correct horse battery" }),
      await keeper.api("PATCH", `/users/${adminId}`, { isDisabled: true }),
      await keeper.api("PATCH", `/users/${adminId}`, { role: "user" }),
      await keeper.api("DELETE", `/users/${adminId}`),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([403, "not_yours_to_grant"]);
    const { items } = (await admin.api("GET", "/users")).body;
    expect(items.find(({ id }: { id: string }) => id === adminId)).toMatchObject({
      ...{ role: "administrator", isDisabled: false, hasPassword: false },
    });
  });

  test("by a group, which gives desktops", async () => {
    const group = (await admin.api("POST", "/groups", { name: "Team" })).body;
    const fields = { name: "eve", displayName: "Eve", groupIds: [group.id] };
    expect((await keeper.api("POST", "/users", fields)).body.error.code).toBe("not_yours_to_grant");
    const me = await idOf("keeper");
    const answer = await keeper.api("PATCH", `/users/${me}`, { groupIds: [group.id] });
    expect(answer.body.error.code).toBe("not_yours_to_grant");
  });
});
