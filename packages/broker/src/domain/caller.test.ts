import type { Access, Role } from "@deskgate/contract";
import { expect, test } from "vitest";
import { mayCall } from "./caller.ts";

function caller(role: Role) {
  return { userId: "1", userName: "n", displayName: "N", role, hasPassword: false, signInId: "2" };
}

test("an access that nobody has heard of is denied to everyone", () => {
  const unheardOf = "everyone" as Access; // what a typing mistake in the table would be
  expect([undefined, caller("user"), caller("administrator")].map((who) => mayCall(unheardOf, who))).toEqual([
    false,
    false,
    false,
  ]);
});

test("users do not pass for administrators", () => {
  expect(mayCall("administrator", caller("user"))).toBe(false);
  expect(mayCall("administrator", caller("administrator"))).toBe(true);
  expect(mayCall("signed-in", undefined)).toBe(false);
});
