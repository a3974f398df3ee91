import { expect, test } from "vitest";
import { Throttle } from "./throttle.ts";

test("a connection that rests as long as it is told keeps its rate, after one burst", () => {
  let now = 0;
  const throttle = new Throttle(1000, () => now);
  let sent = 0;
  while (now < 10_000) {
    sent += 37;
    now += throttle.spend(37);
  }
  expect(sent).toBeGreaterThan(9_900);
  expect(sent).toBeLessThan(10_250);
});

test("what stays below the rate never rests, however long it was quiet", () => {
  let now = 0;
  const throttle = new Throttle(1000, () => now);
  for (; now < 5_000; now += 100) expect(throttle.spend(50)).toBe(0);
  now += 60_000;
  expect(throttle.spend(100)).toBe(0);
  expect(throttle.spend(1000)).toBeCloseTo(1000);
});
