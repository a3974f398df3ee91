import { DeskgateError } from "@deskgate/contract";
import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

/** Work that ends when the test says so. */
function workOf<Result>() {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let hasBegun = false;
  const work = () => {
    hasBegun = true;
    return promise;
  };
  return { work, resolve, reject, hasBegun: () => hasBegun };
}

const AWAY = () => new DeskgateError("database_unavailable", { retryAfterSeconds: 2 });

test("work goes through one after the other, in the order it came, whether it fails or not", async () => {
  const turns = new Turns();
  const order: number[] = [];
  const work = (number: number) => async () => {
    order.push(number);
    await Promise.resolve();
    order.push(-number);
    if (number === 2) throw new Error("the second fails");
    return number;
  };
  const outcomes = await Promise.allSettled([1, 2, 3].map((number) => turns.through(work(number))));
  expect(order).toEqual([1, -1, 2, -2, 3, -3]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("those who wait behind one that finds the database away are told so without trying", async () => {
  const turns = new Turns();
  const first = workOf<void>();
  const others = [workOf<void>(), workOf<void>(), workOf<void>()];
  const all = [first, ...others].map(({ work }) => turns.through(work));
  first.reject(AWAY());
  for (const { status, ...rest } of await Promise.allSettled(all)) {
    expect(status).toBe("rejected");
    expect(rest).toMatchObject({ reason: { code: "database_unavailable", retryAfterSeconds: 2 } });
  }
  expect(others.some(({ hasBegun }) => hasBegun())).toBe(false);
});

test("who comes after it was found away tries anew, also while others are still being told", async () => {
  const turns = new Turns();
  const first = workOf<void>();
  const told = turns.through(first.work);
  const behind = turns.through(async () => "not reached");
  first.reject(AWAY());
  const later = told.catch(() => turns.through(async () => "it is back"));
  expect(await later).toBe("it is back");
  await expect(behind).rejects.toMatchObject({ code: "database_unavailable" });
});

test("any other failure is only its own", async () => {
  const turns = new Turns();
  const failing = turns.through(() => Promise.reject(new DeskgateError("pool_full")));
  const next = turns.through(async () => "well");
  await expect(failing).rejects.toMatchObject({ code: "pool_full" });
  expect(await next).toBe("well");
});
