/** What is exported is opened in spreadsheets: nothing that anybody typed may be a formula there. */
import { ROUTES, type Route } from "@deskgate/contract";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestBroker, signInAdministrator, type TestBroker, type TestBrowser } from "../../testing.ts";
import { csvLine, unescapeCell } from "./csv.ts";

/** After a beginning of a cell, as commas, semicolons, tabs or line breaks part them, and whether quotes count or not. */
const FORMULA = /(?:^|[,;\t\r\n])"?[=+\-@\t＝＋－＠]/;
const EXPORTS = Object.entries<Route>(ROUTES).filter(([, { media }]) => media === "text/csv");

let broker: TestBroker;
let admin: TestBrowser;

beforeAll(async () => {
  broker = await openTestBroker();
  admin = await signInAdministrator(broker);
  const make = async (path: string, body: object) => {
    const answer = await admin.api("POST", path, body);
    expect([path, answer.status]).toEqual([path, 201]);
    return answer.body;
  };
  const ada = await make("/users", { name: "ada", displayName: "=HYPERLINK(0)" });
  await make("/users", { name: "bob", displayName: "Bob;+1" });
  const inner = await make("/groups", { name: "@SUM(A1)", memberIds: [ada.id] });
  const group = await make("/groups", { name: "Crew;=2+2", memberGroupIds: [inner.id] });
  const protocols = [{ protocol: "ssh", port: 22, credentialMode: "prompt", username: "=u", domain: "-d" }];
  const fields = { name: "-1+1", description: "First\n=1\tthen\t+2", host: "192.0.2.1", protocols };
  const machine = await make("/machines", fields);
  const pool = { name: "＝1", kind: "floating", description: "'=kept", machineIds: [machine.id] };
  const { id: poolId } = await make("/pools", pool);
  await make("/entitlements", { poolId, groupId: group.id });
  await make("/entitlements", { poolId: machine.poolId, userId: ada.id });
});
afterAll(() => broker.close());

test.each(EXPORTS)("%s has no cell that a spreadsheet would run", async (_name, { path }) => {
  const { status, body, headers } = await admin.api("GET", path);
  expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  expect(body).not.toMatch(FORMULA);
  // It was there to be found.
  expect(body).toMatch(/'[=+\-@＝]/);
});

test("every text comes back from its cell as it was, and begins no formula on the way", async () => {
  const piece = fc.oneof(
    fc.constantFrom("=", "+", "-", "@", "'", ";", ",", '"', "\t", "\r", "\n", "a"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      const cell = csvLine([text]).slice(0, -2);
      const isQuoted = cell.startsWith('"');
      const read = isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(unescapeCell(read)).toBe(text);
      expect(read).not.toMatch(/(?:^|[;\t\r\n])[=+\-@＝＋－＠]/);
    }),
  );
});
