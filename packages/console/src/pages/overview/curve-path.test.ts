import fc from "fast-check";
import { expect, it } from "vitest";
import { curvePath, gridValues, hourMarks, nearestSample } from "./curve-path.ts";

const MINUTE = 60_000;
const frame = { width: 100, height: 100, from: 0, to: 10 * MINUTE, top: 10 };

it("draws the highest point at the top and none at the base", () => {
  const samples = [
    { at: 0, live: 0 },
    { at: 5 * MINUTE, live: 10 },
    { at: 10 * MINUTE, live: 5 },
  ];
  expect(curvePath(samples, frame)).toEqual({
    line: "M0 100L50 0L100 50",
    area: "M0 100L0 100L50 0L100 50L100 100Z",
  });
});

it("breaks where nothing was measured, instead of inventing sessions", () => {
  const samples = [
    { at: 0, live: 1 },
    { at: 60 * MINUTE, live: 1 },
  ];
  expect(curvePath(samples, { ...frame, to: 60 * MINUTE }).line).toBe("M0 90M100 90");
});

it("puts the first points of a day where they belong, not over the whole width", () => {
  const samples = [{ at: 9 * MINUTE, live: 0 }];
  expect(curvePath(samples, frame).line).toBe("M90 100");
  expect(curvePath([], frame).line).toBe("");
});

it("marks full hours of the reader's clock that have room", () => {
  const from = new Date(2026, 0, 5, 10, 20).getTime();
  const day = { ...frame, width: 720, from, to: from + 24 * 60 * MINUTE };
  expect(hourMarks(day).map(({ at }) => new Date(at).getHours())).toEqual([12, 16, 20, 0, 4, 8]);
  expect(hourMarks({ ...day, width: 300 }).map(({ at }) => new Date(at).getHours())).toEqual([12, 0]);
});

it("chooses lines that are round, few, whole, and hold the highest point", () => {
  expect(gridValues(0)).toEqual([0, 1]);
  expect(gridValues(3)).toEqual([0, 1, 2, 3]);
  expect(gridValues(37)).toEqual([0, 10, 20, 30, 40]);
  fc.assert(
    fc.property(fc.nat(100_000), (most) => {
      const values = gridValues(most);
      expect(values.at(-1)).toBeGreaterThanOrEqual(most);
      expect(values.length).toBeLessThan(7);
      expect(values.every(Number.isInteger)).toBe(true);
    }),
  );
});

it("reads the sample nearest to the pointer", () => {
  const samples = [
    { at: 0, live: 1 },
    { at: 5 * MINUTE, live: 2 },
  ];
  expect(nearestSample(samples, 2 * MINUTE)?.live).toBe(1);
  expect(nearestSample(samples, 4 * MINUTE)?.live).toBe(2);
  expect(nearestSample([], 0)).toBeUndefined();
});
