import { expect, it } from "vitest";
import { curvePath, hourMarks } from "./curve-path.ts";

const MINUTE = 60_000;
const size = { width: 100, height: 116, most: 10 };

it("draws the highest point near the top and none at the base", () => {
  const samples = [
    { at: 0, live: 0 },
    { at: 5 * MINUTE, live: 10 },
    { at: 10 * MINUTE, live: 5 },
  ];
  expect(curvePath(samples, size)).toEqual({
    line: "M0 116L50 16L100 66",
    area: "M0 116L0 116L50 16L100 66L100 116Z",
  });
});

it("breaks where nothing was measured, instead of inventing sessions", () => {
  const samples = [
    { at: 0, live: 1 },
    { at: 60 * MINUTE, live: 1 },
  ];
  expect(curvePath(samples, size).line).toBe("M0 106M100 106");
});

it("stands a single point and a day without anyone", () => {
  expect(curvePath([{ at: 7, live: 0 }], { ...size, most: 0 }).line).toBe("M0 116");
  expect(hourMarks([], 100)).toEqual([]);
});

it("marks full hours that have room", () => {
  const day = [
    { at: 0, live: 0 },
    { at: 24 * 60 * MINUTE, live: 0 },
  ];
  expect(hourMarks(day, 720).map(({ x }) => x)).toEqual([120, 240, 360, 480, 600]);
});
