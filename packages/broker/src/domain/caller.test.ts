import type { Access, Permission } from "@deskgate/contract";
import { BUILT_IN_ROLES, PERMISSION_NAMES } from "@deskgate/contract";
import { describe, expect, test } from "vitest";
import { mayCall } from "./caller.ts";

function caller(permissions: readonly Permission[]) {
  return {
    ...{ userId: "1", userName: "n", displayName: "N", role: "any", permissions },
    ...{ hasPassword: false, signInId: "2" },
  };
}

test("an access that nobody has heard of is denied to everyone", () => {
  const unheardOf = "everyone" as Access; // what a typing mistake in the table would be
  const callers = [undefined, caller([]), caller(BUILT_IN_ROLES.administrator)];
  expect(callers.map((who) => mayCall(unheardOf, who))).toEqual([false, false, false]);
});

describe.each(PERMISSION_NAMES)("%s", (permission) => {
  test("opens its own routes and no others", () => {
    const opened = PERMISSION_NAMES.filter((access) => mayCall(access, caller([permission])));
    expect(opened).toEqual([permission]);
  });
});

test("who is not signed in gets no further than the anonymous routes", () => {
  expect(mayCall("anonymous", undefined)).toBe(true);
  expect(mayCall("signed-in", undefined)).toBe(false);
  expect(mayCall("signed-in", caller([]))).toBe(true);
});
