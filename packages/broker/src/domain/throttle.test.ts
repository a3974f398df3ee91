import { expect, test } from "vitest";
import { afterFailure, afterSuccess, NO_FAILURES, pauseMs, type ThrottleState, waitMs } from "./throttle.ts";

const NOW = 1_000_000_000_000;

function failed(times: number, at = NOW): ThrottleState {
  let state = NO_FAILURES;
  for (let count = 0; count < times; count++) state = afterFailure(state, at);
  return state;
}

test("the first five failures of a pair cost nothing", () => {
  expect(waitMs("pair", failed(4), NOW)).toBe(0);
  expect(waitMs("pair", failed(5), NOW)).toBe(2_000);
});

test("waits double, and end at a quarter of an hour", () => {
  expect([6, 7, 8].map((times) => waitMs("pair", failed(times), NOW))).toEqual([4_000, 8_000, 16_000]);
  expect(waitMs("pair", failed(500), NOW)).toBe(15 * 60_000);
});

test("a wait runs out", () => {
  expect(waitMs("pair", failed(6), NOW + 3_999)).toBe(1);
  expect(waitMs("pair", failed(6), NOW + 4_000)).toBe(0);
});

test("an account is never held for more than half a minute, whatever the attack", () => {
  expect(pauseMs("account", failed(1_000_000 / 1000), NOW)).toBe(30_000);
});

test("failures are forgotten with time", () => {
  const state = failed(40);
  expect(waitMs("pair", state, NOW + 2 * 60 * 60_000)).toBe(0);
  expect(afterFailure(state, NOW + 60 * 60_000).failures).toBe(11);
});

test("a success forgives the pair, outweighs two failures of an address, and leaves the account", () => {
  const state = failed(21);
  expect(afterSuccess("pair", state)).toEqual(NO_FAILURES);
  expect(afterSuccess("address", state)).toEqual({ ...state, failures: 19 });
  expect(afterSuccess("account", state)).toBe(state);
});
