import { expect, test } from "vitest";
import { inTurns } from "./in-turns.ts";

async function parts(count: number): Promise<readonly (readonly number[])[]> {
  const all: (readonly number[])[] = [];
  for await (const part of inTurns(
    Array.from({ length: count }, (_, index) => index),
    10,
  ))
    all.push(part);
  return all;
}

test.each([0, 1, 9, 10, 11, 95])("%d items come whole and in their order", async (count) => {
  const all = await parts(count);
  expect(all.flat()).toEqual(Array.from({ length: count }, (_, index) => index));
  for (const part of all) expect(part.length).toBeLessThanOrEqual(10);
});

test("between two parts others have their turn", async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const all = await parts(100);
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(all.length - 1);
});
