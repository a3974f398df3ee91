import { expect, it } from "vitest";
import { addFiles, changesOf, countRows, importOf, kindOfName } from "./import-files.ts";

it.each([
  ["users.csv", "users"],
  ["2026-Machines-final.CSV", "machines"],
  ["entitlement.csv", "entitlements"],
  ["people.csv", undefined],
])("takes %s for %s", (name, kind) => expect(kindOfName(name)).toBe(kind));

it("counts rows without the header and without the last line break", () => {
  expect(countRows("name,displayName\nada,Ada\ngrace,Grace\n")).toBe(2);
  expect(countRows("")).toBe(0);
});

it("replaces a file of the same kind, and sends nothing while one is not known", () => {
  const first = { name: "users.csv", text: "a", kind: "users" } as const;
  const second = { name: "users-2.csv", text: "b", kind: "users" } as const;
  const unknown = { name: "people.csv", text: "c", kind: undefined };
  expect(importOf(addFiles([first], [second]))).toEqual({ users: "b" });
  expect(importOf(addFiles([first], [unknown]))).toBeUndefined();
  expect(importOf([])).toBeUndefined();
});

it("counts what would change, not what stays", () => {
  const counts = {
    users: { created: 2, updated: 1, unchanged: 5 },
    groups: { created: 0, updated: 0, unchanged: 9 },
  };
  expect(changesOf({ dryRun: true, isDone: false, counts, errors: [] })).toBe(3);
});
