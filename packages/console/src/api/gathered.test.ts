import { expect, test } from "vitest";
import { gathered } from "./gathered.ts";

test("what is asked at once is asked once, and each gets its own", async () => {
  const asked: (readonly string[])[] = [];
  const find = gathered(async (ids) => {
    asked.push(ids);
    return ids.filter((id) => id !== "gone").map((id) => ({ id, name: `name of ${id}` }));
  }, 2);
  const answers = await Promise.all(["a", "b", "a", "gone"].map((id) => find(id)));
  expect(answers.map((row) => row?.name)).toEqual(["name of a", "name of b", "name of a", undefined]);
  expect(asked).toEqual([["a", "b"], ["gone"]]);
  expect(await find("a")).toEqual({ id: "a", name: "name of a" });
  expect(asked).toHaveLength(3);
});

test("a failure is told to everyone who waited for it, and to nobody after them", async () => {
  let isAway = true;
  const find = gathered(async (ids) => {
    if (isAway) throw new Error("away");
    return ids.map((id) => ({ id }));
  }, 10);
  const outcomes = await Promise.allSettled([find("a"), find("b")]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  isAway = false;
  expect(await find("a")).toEqual({ id: "a" });
});
