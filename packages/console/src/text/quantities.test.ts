import { describe, expect, it } from "vitest";
import { plural } from "./plural.ts";
import { spellAge, spellBytes, spellDuration, spellMs } from "./quantities.ts";

describe("quantities in words", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [9_940, "9.9 kB"],
    [9_960, "10 kB"],
    [999_600, "1.0 MB"],
    [5_300_000_000, "5.3 GB"],
    [7e15, "7000 TB"],
  ])("%d bytes read %s", (bytes, text) => expect(spellBytes(bytes)).toBe(text));

  it.each([
    [-5, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [12_000_000, "3 h 20 min"],
    [187_200_000, "2 d 4 h"],
  ])("%d ms last %s", (ms, text) => expect(spellDuration(ms)).toBe(text));

  it.each([
    ["2026-03-01T12:00:00.000Z", "just now"],
    ["2026-03-01T11:55:00.000Z", "5 minutes ago"],
    ["2026-02-28T12:00:00.000Z", "yesterday"],
    ["2026-01-01T12:00:00.000Z", "last month"],
    // A server clock that runs ahead must not speak of the future.
    ["2026-03-01T12:04:00.000Z", "just now"],
  ])("%s was %s", (timestamp, text) =>
    expect(spellAge(timestamp, Date.parse("2026-03-01T12:00:30.000Z"))).toBe(text),
  );

  it("counts one thing and many things", () => {
    expect(plural(1, "viewer", "viewers")).toBe("1 viewer");
    expect(plural(0, "viewer", "viewers")).toBe("0 viewers");
    expect(plural(1200, "viewer", "viewers")).toBe("1,200 viewers");
  });

  it("keeps a digit for very short round trips", () => {
    expect(spellMs(0.42)).toBe("0.4 ms");
    expect(spellMs(48.6)).toBe("49 ms");
  });
});
