import { Secret } from "@deskgate/contract";
import { describe, expect, test } from "vitest";
import { systemRandom } from "../system-random.ts";
import { createSealing } from "./sealing.ts";

const KEY = new Uint8Array(32).fill(1);
const PLACE = { table: "machine_protocols", column: "sealed_password", row: "m1/vnc" };
const sealing = createSealing(KEY, systemRandom);

test("what was sealed opens again in its place", () => {
  expect(sealing.open(sealing.seal(new Secret("pässword"), PLACE), PLACE).reveal()).toBe("pässword");
});

test("the same secret is sealed differently each time, and never readable", () => {
  const [one, two] = [
    sealing.seal(new Secret("password"), PLACE),
    sealing.seal(new Secret("password"), PLACE),
  ];
  expect(one).not.toBe(two);
  expect(one).not.toContain("password");
  expect(one).toMatch(/^dg1\./);
});

describe("a sealed value does not open", () => {
  const sealed = sealing.seal(new Secret("password"), PLACE);

  test.each([
    ["in another row", { ...PLACE, row: "m2/vnc" }],
    ["in another column", { ...PLACE, column: "note" }],
    ["in another table", { ...PLACE, table: "users" }],
    [
      "where the parts of the place only look the same together",
      { ...PLACE, table: "machine_protocolss", column: "ealed_password" },
    ],
  ])("%s", (_, place) => {
    expect(() => sealing.open(sealed, place)).toThrow(/does not open/);
  });

  test("with another key", () => {
    const other = createSealing(new Uint8Array(32).fill(2), systemRandom);
    expect(() => other.open(sealed, PLACE)).toThrow(/does not open/);
  });

  test("after a change of any one character", () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      // The last character of base64url may hold bits that stand for nothing.
      if (Buffer.from(changed, "base64url").equals(Buffer.from(sealed, "base64url"))) continue;
      expect(() => sealing.open(changed, PLACE), `character ${at}`).toThrow();
    }
  });

  test.each(["", "dg1", "dg1..", "dg2.AAAA.AAAA", "dg1.AAAA.AAAA", `${sealed}.x`])(
    "when it is cut or foreign: %s",
    (text) => {
      expect(() => sealing.open(text, PLACE)).toThrow();
    },
  );
});

test("a key of the wrong length is refused at once", () => {
  expect(() => createSealing(new Uint8Array(16), systemRandom)).toThrow(/16 bytes, expected 32/);
});

test("an error names the place by table and column, never the value", () => {
  const sealed = sealing.seal(new Secret("password"), PLACE);
  expect(() => sealing.open(`${sealed}AAAA`, PLACE)).toThrow(
    "sealed value in machine_protocols.sealed_password",
  );
});
