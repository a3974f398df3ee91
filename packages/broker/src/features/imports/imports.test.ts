import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  openTestBroker,
  signIn,
  signInAdministrator,
  type TestBroker,
  type TestBrowser,
} from "../../testing.ts";
import { CsvProblem, csvLine, readCsv, unescapeCell } from "./csv.ts";

let broker: TestBroker;
let admin: TestBrowser;

beforeEach(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
});
afterEach(() => broker.close());

const csv = (...lines: readonly string[]) => lines.map((line) => `${line}\r\n`).join("");

function send(kind: string, text: string, options = "") {
  return admin.api("POST", `/imports?kind=${kind}${options}`, text, { "content-type": "text/csv" });
}

const sendSite = (site: unknown, options = "") => admin.api("POST", `/imports?kind=site${options}`, site);

const SITE = {
  groups: csv("name,memberGroups", "Staff,Crew;Pilots", "Crew,", "Pilots,"),
  users: csv("name,displayName,groups", "ada,Ada Lovelace,Crew", "bob,,Crew;Pilots", "kim,Kim,"),
  machines: csv("name,host,protocols", "Desk 1,192.0.2.1,vnc:5901;ssh", "Desk 2,192.0.2.2,rdp"),
  entitlements: csv("pool,user,group", "Desk 1,ada,", "Desk 2,,Staff"),
};

async function names(path: string): Promise<readonly string[]> {
  return (await admin.api("GET", path)).body.items.map(({ name }: { name: string }) => name);
}

describe("an import of a whole site", () => {
  test("is tried first, which changes nothing, then made, then found unchanged", async () => {
    const dry = await sendSite(SITE, "&dryRun=true");
    expect(dry.body).toMatchObject({ dryRun: true, isDone: false, errors: [] });
    expect(await names("/users")).toEqual(["admin"]);
    const made = await sendSite(SITE);
    expect(made.body).toMatchObject({ dryRun: false, isDone: true, errors: [], counts: dry.body.counts });
    expect(made.body.counts).toEqual({
      groups: { created: 3, updated: 0, unchanged: 0 },
      users: { created: 3, updated: 0, unchanged: 0 },
      machines: { created: 2, updated: 0, unchanged: 0 },
      entitlements: { created: 2, updated: 0, unchanged: 0 },
    });
    expect(await names("/users?sort=name")).toEqual(["ada", "admin", "bob", "kim"]);
    expect(await names("/pools?sort=name")).toEqual(["Desk 1", "Desk 2"]);
    const again = await sendSite(SITE);
    for (const counts of Object.values(again.body.counts))
      expect(counts).toMatchObject({ created: 0, updated: 0 });
  });

  test("gives people what they were meant to have, through groups in groups too", async () => {
    await sendSite(SITE);
    const bob = await signIn(broker, "bob");
    const desktops = (await bob.api("GET", "/desktops")).body.items;
    expect(desktops.map(({ name }: { name: string }) => name)).toEqual(["Desk 2"]);
  });

  test("comes out of the export as it went in, and goes in again unchanged", async () => {
    await sendSite(SITE);
    const site: Record<string, string> = {};
    for (const kind of Object.keys(SITE)) {
      const { status, body, headers } = await admin.send("GET", `/api/v1/exports/${kind}`);
      expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
      site[kind] = body;
    }
    expect(site["groups"]).toContain("Staff,,Crew;Pilots\r\n");
    const { body } = await sendSite(site);
    expect(body.errors).toEqual([]);
    for (const counts of Object.values(body.counts)) expect(counts).toMatchObject({ created: 0, updated: 0 });
  });
});

describe("the audit of an import", () => {
  const recorded = async (query = "") => (await admin.api("GET", `/audit?limit=500${query}`)).body.items;

  test("says of each thing what was made of it, and once what was done in all", async () => {
    const { counts } = (await sendSite(SITE)).body;
    const [run, ...things] = await recorded("&action=import.");
    expect(run).toMatchObject({ action: "import.run", subjectKind: "import", detail: { counts } });
    expect(things).toEqual([]);
    const all = await recorded(`&q=${run.subjectId}`);
    const actions = all.map(({ action }: { action: string }) => action).toSorted();
    expect(actions).toEqual([
      ...["entitlement.created", "entitlement.created", "group.created", "group.created", "group.created"],
      ...["import.run", "machine.created", "machine.created", "user.created", "user.created", "user.created"],
    ]);
    const { id, groupIds } = (await admin.api("GET", "/users?q=ada")).body.items[0];
    expect(await recorded(`&subject=user:${id}`)).toMatchObject([
      { action: "user.created", actorName: "admin", detail: { name: "ada", role: "user", groupIds } },
    ]);
    const ssh = { protocol: "ssh", port: 22, secretsSet: [] };
    const desk = { name: "Desk 1", host: "192.0.2.1", protocols: [{ protocol: "vnc", port: 5901 }, ssh] };
    expect(await recorded("&action=machine.created&q=Desk%201")).toMatchObject([{ detail: desk }]);
  });

  test("says what changed, and of what stayed nothing", async () => {
    await sendSite(SITE);
    const before = (await recorded()).length;
    const users = csv("name,displayName,isDisabled,groups,password", "bob,Bob,yes,Crew,a long password");
    const groups = csv("name,memberGroups,members", "Staff,Pilots,ada", "Pilots,,bob");
    await sendSite({ users, groups, machines: csv("name,host,password", "Desk 1,192.0.2.7,mS3cret!") });
    const made = (await recorded()).slice(0, -before);
    const told = made.map(({ action, detail }: { action: string; detail: object }) => [action, detail]);
    expect(told).toContainEqual([
      "user.changed",
      expect.objectContaining({
        ...{ changed: ["displayName", "isDisabled", "password", "groupIds"], name: "bob" },
        isDisabled: true,
      }),
    ]);
    expect(told).toContainEqual(["group.changed", expect.objectContaining({ name: "Staff" })]);
    const protocols = expect.arrayContaining([
      expect.objectContaining({ protocol: "vnc", secretsSet: ["password"] }),
      expect.objectContaining({ protocol: "ssh", secretsSet: ["password"] }),
    ]);
    const machine = { name: "Desk 1", host: "192.0.2.7", protocols };
    expect(told).toContainEqual(["machine.changed", expect.objectContaining(machine)]);
    expect(JSON.stringify(told)).not.toMatch(/a long password|mS3cret!|argon2/);
    // Pilots had bob already.
    expect(told.filter(([action]: [string]) => action === "group.changed")).toHaveLength(1);
    await sendSite(SITE, "&dryRun=true");
    expect((await recorded()).length).toBe(before + made.length);
  });

  test("is one with the import: where it cannot be written, nothing is", async () => {
    const last = await broker.broker.audit.head();
    await sendSite({ ...SITE, entitlements: csv("pool,user", "Nowhere,ada") });
    expect(await broker.broker.audit.head()).toEqual(last);
    await sendSite(SITE);
    expect(await broker.broker.audit.verify()).toMatchObject({ isWhole: true });
  });
});

describe("what is wrong", () => {
  test("is named by row, column and reason, and nothing is written", async () => {
    const text = csv("name,displayName,role,groups", "new,New,user,", "UPPER!,x,king,Nowhere", "new,Again,,");
    const { status, body } = await send("users", text);
    expect([status, body.isDone]).toEqual([200, false]);
    expect(body.errors).toContainEqual({ kind: "users", row: 3, column: "name", reason: expect.any(String) });
    expect(body.errors).toContainEqual({
      ...{ kind: "users", row: 4, column: "name", reason: "A row above says the same name." },
    });
    expect(await names("/users")).toEqual(["admin"]);
  });

  test("may be a cell that is empty", async () => {
    const { body } = await send("users", csv("name,displayName", "ada,Ada", ",Nobody"));
    expect(body.errors).toEqual([
      { kind: "users", row: 3, column: "name", reason: "This must not be empty." },
    ]);
  });

  test("about roles and references is told too", async () => {
    const { body } = await send("users", csv("name,role,groups", "new,king,Nowhere"));
    expect(body.errors).toEqual([
      { kind: "users", row: 2, column: "role", reason: 'There is no role "king".' },
      { kind: "users", row: 2, column: "groups", reason: 'There is no group "Nowhere".' },
    ]);
  });

  test("in one kind keeps the others from being written", async () => {
    const { body } = await sendSite({ ...SITE, entitlements: csv("pool,user", "Nowhere,ada") });
    expect(body.errors).toEqual([
      { kind: "entitlements", row: 2, column: "pool", reason: 'There is no pool "Nowhere".' },
    ]);
    expect(await names("/groups")).toEqual([]);
  });

  test("is told a thousand times and no more", async () => {
    const { body } = await send("users", csv("name", ...Array.from({ length: 1_500 }, () => "not valid!")));
    expect(body.errors).toHaveLength(1_000);
  });

  test.each([
    ["a column that is not known", "name,wings\r\nnew,2\r\n", "wings"],
    ["a column twice", "name,name\r\nnew,new\r\n", "name"],
    ["an address that no machine may have", "name,host,protocols\r\nM,169.254.169.254,vnc\r\n", "host"],
    ["a protocol that nobody speaks", "name,host,protocols\r\nM,192.0.2.1,telnet\r\n", "protocols"],
    ["a group inside itself", "name,memberGroups\r\nA,B\r\nB,A\r\n", "memberGroups"],
  ])("%s", async (what, text, column) => {
    const kind = what.includes("group") ? "groups" : text.includes("host") ? "machines" : "users";
    const { body } = await send(kind, text);
    expect(body.errors[0]).toMatchObject({ kind, column });
    expect(body.isDone).toBe(false);
  });

  test.each([
    ["quotes that do not match", 'name\r\nada\r\n"new\r\n', 3, "quotes"],
    ["a row with more cells than the header", "name\r\nada\r\nnew,1\r\nbob\r\n", 3, "cells"],
    ["a row with fewer", "name,role\r\n\r\n\r\nada\r\n", 4, "cells"],
  ])("%s is no CSV, and named by its row", async (_what, text, row, reason) => {
    const { body } = await send("users", text);
    expect(body).toMatchObject({ isDone: false, counts: {} });
    expect(body.errors).toEqual([
      { kind: "users", row, column: "", reason: expect.stringContaining(reason) },
    ]);
    // Names that the broken file would have made are no problem of the others.
    const site = (await sendSite({ users: text, groups: csv("name,members", "Staff,ada") })).body;
    expect([site.errors, await names("/groups")]).toEqual([body.errors, []]);
  });

  test("rows are counted as spreadsheets do, empty ones and those of several lines included", async () => {
    const two = 'Desk,192.0.2.1,vnc,"Two\r\nlines"';
    const { body } = await send("machines", csv("name,host,protocols,description", two, "", "=1,,,"));
    expect(body.errors).toEqual([
      { kind: "machines", row: 4, column: "name", reason: expect.stringContaining("formula") },
    ]);
  });

  test("a file that is not UTF-8, or has semicolons between its cells, is told so", async () => {
    const { body } = await send("users", csv("name,displayName", "ada,Zo\uFFFD"));
    expect(body.errors).toMatchObject([
      { row: 2, column: "displayName", reason: expect.stringContaining("UTF-8") },
    ]);
    const semicolons = (await send("users", csv("name;displayName", "ada;Ada"))).body;
    expect(semicolons.errors[0]).toMatchObject({ row: 1, reason: expect.stringContaining("semicolons") });
  });

  test("of another media type is refused, and CSV is no body elsewhere", async () => {
    const html = await admin.api("POST", "/imports?kind=users", "x", { "content-type": "text/html" });
    expect(html.status).toBe(415);
    const user = await admin.api("POST", "/users", "name", { "content-type": "text/csv" });
    expect(user.status).toBe(415);
  });

  test("of a list that is no list is refused", async () => {
    expect((await admin.api("POST", "/imports?kind=users", { name: "x" })).body.error.code).toBe(
      "request_malformed",
    );
    expect((await sendSite([{ name: "x" }])).body.error.code).toBe("request_malformed");
  });
});

describe("formulas", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)"])("%s is no name, but with an apostrophe it is", async (name) => {
    const refused = await send("groups", csv("name", name));
    expect(refused.body.errors).toMatchObject([{ row: 2, column: "name" }]);
    expect((await send("groups", csv("name", `'${name}`))).body.isDone).toBe(true);
    expect(await names("/groups")).toEqual([name]);
    const exported = (await admin.send("GET", "/api/v1/exports/groups")).body;
    expect(exported).toContain(`\r\n'${name},`);
    expect((await send("groups", exported)).body.counts.groups.unchanged).toBe(1);
  });

  test("no cell of ours begins one, and every cell comes back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 2 }), { maxLength: 5 }),
        async (rows) => {
          const text = [["a", "b"], ...rows].map(csvLine).join("");
          const { records } = await readCsv(text);
          const back = records.map(({ fields: { a = "", b = "" } }) => [unescapeCell(a), unescapeCell(b)]);
          const meant = rows.filter(([a, b]) => a !== "" || b !== "");
          expect(back.filter(([a, b]) => a !== "" || b !== "")).toEqual(meant);
          for (const record of records)
            for (const cell of Object.values(record.fields)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        },
      ),
    );
  });

  test("a file cut anywhere is read or refused, never half believed", async () => {
    const text = 'name,note\r\n"a, ""b""",1\r\nc,"two\r\nlines"\r\n';
    for (let end = 0; end <= text.length; end++) {
      const outcome = await readCsv(text.slice(0, end)).then(
        ({ records }) => records.length,
        (error: unknown) => error,
      );
      expect(typeof outcome === "number" ? outcome <= 2 : outcome instanceof CsvProblem).toBe(true);
    }
  });
});

describe("rights", () => {
  test("nobody makes by import what they could not make one by one", async () => {
    const permissions = ["import.run", "users.write", "users.read"];
    const role = (await admin.api("POST", "/roles", { name: "Importer", permissions })).body;
    await admin.api("POST", "/users", { name: "eve", displayName: "Eve", role: role.id });
    const eve = await signIn(broker, "eve");
    const asEve = (kind: string, text: string) =>
      eve.api("POST", `/imports?kind=${kind}`, text, { "content-type": "text/csv" });
    expect((await asEve("groups", csv("name", "G"))).status).toBe(403);
    expect((await asEve("users", csv("name,groups", "new,G"))).status).toBe(403);
    const escalated = await asEve("users", csv("name,role", "eve,administrator"));
    expect(escalated.body.errors).toMatchObject([{ row: 2, column: "role" }]);
    const overpowered = await asEve("users", csv("name,displayName", "admin,Mine"));
    expect(overpowered.body.errors).toMatchObject([{ row: 2, column: "name" }]);
    expect((await asEve("users", csv("name,role", "new,Importer"))).body.isDone).toBe(true);
  });

  test("the last administrator stays", async () => {
    const answer = await send("users", csv("name,isDisabled", "admin,yes"));
    expect([answer.status, answer.body.error.code]).toEqual([409, "last_administrator"]);
  });
});

test("a password comes in hashed, and ends the sign-ins that went before", async () => {
  await send("users", csv("name,password", "ada,a long password"));
  const ada = await signIn(broker, "ada");
  expect(
    (await ada.api("POST", "/sign-in/password", { name: "ada", password: "a long password" })).status,
  ).toBe(200);
  await send("users", csv("name,password", "ada,another password"));
  expect((await ada.api("GET", "/me")).status).toBe(401);
});

test("an import of a disabled user ends what they have open", async () => {
  await send("users", csv("name", "ada"));
  const ada = await signIn(broker, "ada");
  await send("users", csv("name,isDisabled", "ada,true"));
  expect((await ada.api("GET", "/me")).status).toBe(401);
});

test("people are changed by an import on a site that was never started, and has no administrator yet", async () => {
  const fresh = await openTestBroker();
  const run = { isDryRun: false, operator: "root" };
  const { setup } = fresh.broker;
  await setup.importSite({ users: csv("name", "ada") }, run);
  const again = await setup.importSite({ users: csv("name,displayName", "ada,Ada") }, run);
  expect(again).toMatchObject({ isDone: true, counts: { users: { updated: 1 } } });
  await fresh.close();
});
