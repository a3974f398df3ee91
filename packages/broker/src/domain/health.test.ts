import fc from "fast-check";
import { expect, test } from "vitest";
import { PROBE_INTERVAL_MS, stateAfter, waitAfter } from "./health.ts";

const share = fc.double({ min: 0, max: 1, noNaN: true });

test("one answer makes a machine up, one silence decides nothing, two make it down", () => {
  expect([0, 1, 2, 3].map(stateAfter)).toEqual(["up", undefined, "down", "down"]);
});

test("a machine that stays down is asked less and less often, but at least every eighteen minutes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 1_000 }), share, (failures, at) => {
      const wait = waitAfter(failures, at);
      expect(wait).toBeGreaterThanOrEqual(PROBE_INTERVAL_MS * 0.8);
      expect(wait).toBeLessThanOrEqual(18 * 60_000);
      expect(waitAfter(failures + 1, at)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test("machines that were asked together are not asked together again", () => {
  expect([waitAfter(0, 0), waitAfter(0, 0.5), waitAfter(0, 1)]).toEqual([48_000, 60_000, 72_000]);
});
