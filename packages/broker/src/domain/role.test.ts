import { BUILT_IN_ROLES, PERMISSION_NAMES, type Permission } from "@deskgate/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mayGrant } from "./role.ts";

const permissions = fc.uniqueArray(fc.constantFrom(...PERMISSION_NAMES));

test("an auditor reads everything and changes nothing", () => {
  const names: readonly Permission[] = BUILT_IN_ROLES.auditor;
  expect(names).toContain("audit.read");
  expect(names.filter((name) => !name.endsWith(".read"))).toEqual([]);
});

test("an operator changes nothing but sessions", () => {
  const names: readonly Permission[] = BUILT_IN_ROLES.operator;
  expect(names.filter((name) => !name.endsWith(".read"))).toEqual([
    ...["sessions.end", "sessions.message", "explain.use"],
  ]);
});

test("one may grant what one has, together and piece by piece, and nothing besides", () => {
  fc.assert(
    fc.property(permissions, permissions, (own, wanted) => {
      const missing = wanted.filter((name) => !own.includes(name));
      expect(mayGrant(own, wanted)).toBe(missing.length === 0);
      for (const name of missing) expect(mayGrant(own, [name])).toBe(false);
    }),
  );
});
