import { ROUTES, type Route, type RouteName } from "@deskgate/contract";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, machineFields, openTestBroker, type TestBroker, type TestBrowser } from "../testing.ts";
import { ifVersionOf } from "./conditional.ts";

let broker: TestBroker;
let admin: TestBrowser;
let ada: TestBrowser;
let assigned: string;
let paths: Readonly<Record<string, string>>;

beforeEach(async () => {
  broker = await openTestBroker();
  const site = await furnish(broker);
  admin = site.admin;
  ada = site.browser;
  assigned = site.ada.id;
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

/** Resources with a version: where one is read, and which routes change or remove it, with what body. */
interface Resource {
  /** The path of one; its version stands in its reply. */
  readonly make: () => Promise<string>;
  readonly read: (path: string) => Promise<{ readonly version: number } | undefined>;
}

const made = async (list: string, body: object) => `${list}/${(await admin.api("POST", list, body)).body.id}`;
const one = async (path: string) => {
  const { status, body } = await admin.api("GET", path);
  return status === 200 ? body : undefined;
};
const RESOURCES = {
  user: { make: () => made("/users", { name: "eve", displayName: "Eve" }), read: one },
  group: { make: () => made("/groups", { name: "Staff" }), read: one },
  machine: { make: () => made("/machines", machineFields("Desk two")), read: one },
  pool: { make: makePool, read: one },
  entitlement: { make: async () => paths["entitlement"] ?? "", read: one },
  role: { make: () => made("/roles", { name: "Desk", permissions: ["users.read"] }), read: one },
  zone: { make: () => made("/zones", { name: "North" }), read: one },
  policy: { make: () => made("/policies", { name: "Strict" }), read: one },
  settings: { make: async () => "/settings", read: one },
} as const satisfies Record<string, Resource>;

/** Every route that changes or removes what is there: whose version it heeds, and what it sends. */
const HEEDING: Readonly<Partial<Record<RouteName, readonly [keyof typeof RESOURCES, object?]>>> = {
  updateUser: ["user", { displayName: "New" }],
  deleteUser: ["user"],
  updateGroup: ["group", { name: "New" }],
  deleteGroup: ["group"],
  updateMachine: ["machine", { description: "New" }],
  deleteMachine: ["machine"],
  updatePool: ["pool", { description: "New" }],
  setPoolMachines: ["pool", { machineIds: [] }],
  setPoolPolicy: ["pool", { idleMs: 5 }],
  removePoolAssignment: ["pool"],
  deletePool: ["pool"],
  updateEntitlement: ["entitlement", { networks: ["192.0.2.0/24"] }],
  deleteEntitlement: ["entitlement"],
  updateRole: ["role", { name: "New" }],
  deleteRole: ["role"],
  updateZone: ["zone", { name: "New" }],
  deleteZone: ["zone"],
  updatePolicy: ["policy", { name: "New" }],
  deletePolicy: ["policy"],
  updateSettings: ["settings", { siteName: "Plant" }],
};

/** The others, and why they have no version to heed. */
const NOT_VERSIONED: Readonly<Partial<Record<RouteName, string>>> = {
  setMyPassword: "asks for the password that is to be replaced",
  keepMyPassword: "kept in memory for one sign-in",
  forgetMyPassword: "kept in memory for one sign-in",
  setFavourite: "a star of one's own",
  endDesktopSession: "sessions go through states, not versions",
  killSession: "sessions go through states, not versions",
  deleteMyToken: "a token is never changed",
  deleteToken: "a token is never changed",
  renameGateway: "gateways say of themselves what is on their list",
  removeGateway: "gateways say of themselves what is on their list",
};

const CONDITIONAL = Object.entries<Route>(ROUTES).filter(([, { method }]) =>
  /^(PUT|PATCH|DELETE)$/.test(method),
);

test("every route that changes what is there is in one of the two tables", () => {
  const names = CONDITIONAL.map(([name]) => name).toSorted();
  expect([...Object.keys(HEEDING), ...Object.keys(NOT_VERSIONED)].toSorted()).toEqual(names);
});

describe("If-Match", () => {
  test.each(Object.keys(HEEDING) as RouteName[])("is heeded by %s", async (name) => {
    const route: Route = ROUTES[name];
    const [kind, body] = HEEDING[name] ?? ["user"];
    const { make, read } = RESOURCES[kind];
    const path = await make();
    const [, , id = ""] = path.split("/");
    const changed = route.path.replace(":id", id).replace(":userId", assigned);
    const before = await read(path);
    const send = (version: number) => admin.api(route.method, changed, body, { "if-match": `"v${version}"` });
    const stale = await send((before?.version ?? 0) + 1);
    expect([stale.status, stale.body.error?.code]).toEqual([412, "version_stale"]);
    expect(await read(path)).toEqual(before);
    expect(route.refusals).toContain("version_stale");
    expect(Math.floor((await send(before?.version ?? 0)).status / 100)).toBe(2);
    const after = await read(path);
    if (after) expect(after.version).toBe((before?.version ?? 0) + 1);
    else expect(route.method).toBe("DELETE");
  });
});

/** A dedicated pool in which somebody has a machine. */
async function makePool(): Promise<string> {
  const machine = (await admin.api("POST", "/machines", machineFields("Lab machine"))).body;
  const fields = { name: "Lab", kind: "dedicated", machineIds: [machine.id] };
  const path = await made("/pools", fields);
  const [, , poolId = ""] = path.split("/");
  await admin.api("POST", "/entitlements", { poolId, userId: assigned });
  expect((await ada.api("POST", `/desktops/${poolId}/connections`, {})).status).toBe(201);
  return path;
}

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
