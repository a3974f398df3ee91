import { expect, it } from "vitest";
import { cameFrom } from "./came-from.ts";

it("comes back to an address of this console", () => {
  expect(cameFrom({ from: "/desktops/1/view?a=b" })).toEqual({ from: "/desktops/1/view?a=b" });
});

it.each(["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "", 7, undefined])(
  "does not lead to %s",
  (from) => expect(cameFrom({ from })).toEqual({}),
);
