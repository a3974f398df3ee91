import { expect, it } from "vitest";
import { needsTrueColour } from "./upstream.ts";

it.each([
  ["0.6.9", true],
  ["0.7.0", true],
  ["0.7.1", false],
  ["0.8.0", false],
  ["1.0.0", false],
])("IronRDP %s needs true colours asked for: %s", (version, isNeeded) => {
  expect(needsTrueColour(version)).toBe(isNeeded);
});
