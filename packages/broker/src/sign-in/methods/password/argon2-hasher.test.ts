import { Secret } from "@deskgate/contract";
import { expect, test } from "vitest";
import { systemRandom } from "../../../system-random.ts";
import { ARGON2_PARAMETERS, Argon2Hasher } from "./argon2-hasher.ts";

const CHEAP = { memoryKib: 64, passes: 1, parallelism: 1 };
const hasher = new Argon2Hasher({ random: systemRandom, parameters: CHEAP });

test("the right password is right, another is not", async () => {
  const stored = await hasher.hash(new Secret("correct horse"));
  expect(await hasher.verify(new Secret("correct horse"), stored)).toBe(true);
  expect(await hasher.verify(new Secret("correct horsE"), stored)).toBe(false);
});

test("two people with one password have two hashes", async () => {
  expect(await hasher.hash(new Secret("same"))).not.toBe(await hasher.hash(new Secret("same")));
});

test("an é is an é, however the keyboard spells it", async () => {
  const stored = await hasher.hash(new Secret("caf\u00e9 au lait"));
  expect(await hasher.verify(new Secret("cafe\u0301 au lait"), stored)).toBe(true);
});

test("a hash made with other parameters still verifies, and is known to be outdated", async () => {
  const older = new Argon2Hasher({ random: systemRandom, parameters: { ...CHEAP, passes: 2 } });
  const stored = await older.hash(new Secret("password"));
  expect(await hasher.verify(new Secret("password"), stored)).toBe(true);
  expect(hasher.isOutdated(stored)).toBe(true);
  expect(hasher.isOutdated(await hasher.hash(new Secret("password")))).toBe(false);
});

test("nobody's password is never right, and takes as long as somebody's", async () => {
  const real = new Argon2Hasher({ random: systemRandom, parameters: ARGON2_PARAMETERS });
  const stored = await real.hash(new Secret("password"));
  const times = { known: [] as number[], unknown: [] as number[] };
  const time = async (list: number[], hash: string | undefined) => {
    const began = performance.now();
    expect(await real.verify(new Secret("wrong"), hash)).toBe(false);
    list.push(performance.now() - began);
  };
  // In turns, so that whatever else the host does slows both.
  for (let round = 0; round < 9; round++) {
    await time(times.known, stored);
    await time(times.unknown, undefined);
  }
  const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[4] ?? 0;
  const ratio = median(times.unknown) / median(times.known);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
  expect(await real.verify(new Secret(""), undefined)).toBe(false);
});

test("a storm is turned away at the door, and those already inside are served", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 150 }, () => hasher.hash(new Secret("password"))),
  );
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused).toHaveLength(48);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: "too_many_attempts", retryAfterSeconds: 3 });
  expect(await hasher.verify(new Secret("x"), undefined)).toBe(false);
});
