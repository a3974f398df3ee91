import { describe, expect, it } from "vitest";
import { isFileName, joinPath, parentOf } from "./paths.ts";

describe("paths on a machine", () => {
  it("are put together with one slash", () => {
    expect(joinPath("/", "a")).toBe("/a");
    expect(joinPath("/home/ada", "a b")).toBe("/home/ada/a b");
  });

  it("end above at the root", () => {
    expect([parentOf("/home/ada"), parentOf("/home"), parentOf("/"), parentOf("/a/b/")]).toEqual([
      ...["/home", "/", "/", "/a"],
    ]);
  });

  it("hold no name that would lead elsewhere", () => {
    expect(["", ".", "..", "a/b", "a\0"].filter(isFileName)).toEqual([]);
    expect(isFileName("..a")).toBe(true);
  });
});
