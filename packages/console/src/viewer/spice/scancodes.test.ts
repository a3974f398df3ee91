import { expect, it } from "vitest";
import { scancodeOf } from "./scancodes.ts";

it("spells keys as SPICE servers read them", () => {
  expect([scancodeOf("Control", true), scancodeOf("Control", false)]).toEqual([0x1d, 0x9d]);
  expect([scancodeOf("Delete", true), scancodeOf("Delete", false)]).toEqual([0x53e0, 0xd3e0]);
  expect([scancodeOf("F1", true), scancodeOf("F10", false), scancodeOf("F12", true)]).toEqual([
    ...[0x3b, 0xc4, 0x58],
  ]);
});
