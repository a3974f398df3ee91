import fc from "fast-check";
import { expect, it } from "vitest";
import { waitMs } from "./back-off.ts";

it("waits longer each time, never long enough to be taken for lost, and never the same for all", () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => waitMs(attempt, 1))).toEqual([
    ...[250, 500, 1000, 2000, 4000, 5000, 5000],
  ]);
  const random = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (attempt, at) => {
      const wait = waitMs(attempt, at);
      return 125 <= wait && wait <= 5_000 && waitMs(attempt, 0) <= wait && wait <= waitMs(attempt, 1);
    }),
  );
  expect(waitMs(Number.POSITIVE_INFINITY, 1)).toBe(5_000);
});
