import { expect, it } from "vitest";
import { characterOf, KEY, plainKey } from "./keysym.ts";

it.each([
  [0x41, "A"],
  [0xe9, "é"],
  [0x20ac, "€"],
  [0x010020ac, "€"],
  [0x0100263a, "☺"],
  [0x0101f600, "😀"],
  [0x0ad2, "“"],
  [0xffb7, "7"],
])("keysym %i types %s", (keysym, character) => {
  expect(characterOf(keysym)).toBe(character);
});

it.each([0, KEY.shiftLeft, KEY.enter, 0x0100d800, 0x01000007, 0x01110000, 0xffffffff])(
  "keysym %i types nothing",
  (keysym) => {
    expect(characterOf(keysym)).toBeUndefined();
  },
);

it("knows the keypad's keys", () => {
  expect(plainKey(KEY.keypadEnter)).toBe(KEY.enter);
  expect(plainKey(0x41)).toBe(0x41);
});
