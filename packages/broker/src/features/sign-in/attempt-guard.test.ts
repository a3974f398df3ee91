import { DeskgateError } from "@deskgate/contract";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ThrottlesStore } from "../../store/throttles-store.ts";
import { openTestFeatures } from "../../testing.ts";
import { AttemptGuard } from "./attempt-guard.ts";

let features: Awaited<ReturnType<typeof openTestFeatures>>;
let guard: AttemptGuard;
let slept: number[];

beforeEach(async () => {
  features = await openTestFeatures();
  slept = [];
  const sleep = async (durationMs: number) => void slept.push(durationMs);
  guard = new AttemptGuard({ throttles: new ThrottlesStore(features.db), clock: features.clock, sleep });
});
afterEach(() => features.close());

const wrong = async (): Promise<object> => ({ refused: true });
const right = async (): Promise<object> => ({ userId: "1" });

/** `right`, `wrong`, or how many seconds to wait. */
async function attempt(accountName: string | undefined, address: string, check: typeof right) {
  try {
    return "refused" in (await guard.attempt({ accountName, address }, check)) ? "wrong" : "right";
  } catch (error) {
    return error instanceof DeskgateError ? error.retryAfterSeconds : error;
  }
}

test("who guesses from one place waits longer and longer, and is looked at again afterwards", async () => {
  for (let count = 0; count < 5; count++) expect(await attempt("ada", "192.0.2.1", wrong)).toBe("wrong");
  expect(await attempt("ada", "192.0.2.1", wrong)).toBe(2);
  expect(await attempt("ada", "192.0.2.1", right)).toBe(2);
  features.clock.advance(2_000);
  expect(await attempt("ada", "192.0.2.1", wrong)).toBe("wrong");
  expect(await attempt("ada", "192.0.2.1", wrong)).toBe(4);
  features.clock.advance(4_000);
  expect(await attempt("ada", "192.0.2.1", right)).toBe("right");
  for (let count = 0; count < 5; count++) expect(await attempt("ada", "192.0.2.1", wrong)).toBe("wrong");
});

test("asking while one has to wait does not make the wait longer", async () => {
  for (let count = 0; count < 5; count++) await attempt("ada", "192.0.2.1", wrong);
  for (let count = 0; count < 50; count++) expect(await attempt("ada", "192.0.2.1", wrong)).toBe(2);
  features.clock.advance(2_000);
  expect(await attempt("ada", "192.0.2.1", right)).toBe("right");
});

test("a hundred guesses at once are not a hundred first guesses", async () => {
  let looked = 0;
  const slow = async () => {
    looked++;
    await new Promise((resolve) => setTimeout(resolve, 10));
    return { refused: true };
  };
  await Promise.all(Array.from({ length: 100 }, () => attempt("ada", "192.0.2.1", slow)));
  expect(looked).toBe(5);
});

test("the owner comes in from elsewhere while their name is attacked from a thousand places", async () => {
  for (let place = 0; place < 1000; place++) await attempt("ada", `10.0.${place >> 8}.${place & 255}`, wrong);
  slept.length = 0;
  expect(await attempt("ada", "192.0.2.7", right)).toBe("right");
  expect(slept).toEqual([30_000]);
});

test("an attacked account is slowed down step by step", async () => {
  for (let place = 0; place < 14; place++) await attempt("ada", `192.0.2.${place}`, wrong);
  expect(slept).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test("an address that tries many names is blocked, and only that address", async () => {
  for (let count = 0; count < 20; count++) await attempt(`name-${count}`, "192.0.2.1", wrong);
  expect(await attempt("ada", "192.0.2.1", right)).toBe(2);
  expect(await attempt("ada", "192.0.2.2", right)).toBe("right");
});

test("links are counted by address", async () => {
  for (let count = 0; count < 20; count++) await attempt(undefined, "192.0.2.1", wrong);
  expect(await attempt(undefined, "192.0.2.1", right)).toBe(2);
});

test("who shares an address with someone forgetful, and signs in, does not wait for it", async () => {
  for (let count = 0; count < 20; count++) await attempt(`name-${count}`, "192.0.2.1", wrong);
  features.clock.advance(2_000);
  expect(await attempt("ada", "192.0.2.1", right)).toBe("right");
  expect(await attempt("bob", "192.0.2.1", right)).toBe("right");
});

test("names are one name in any case, and are not kept", async () => {
  for (let count = 0; count < 5; count++) await attempt(count % 2 ? "Ada" : " ada", "192.0.2.1", wrong);
  expect(await attempt("ADA", "192.0.2.1", wrong)).toBe(2);
  const rows = await features.db.selectFrom("throttles").select("key").execute();
  expect(JSON.stringify(rows)).not.toMatch(/ada/i);
});

test("a check that breaks is neither right nor wrong", async () => {
  const broken = async () => {
    throw new Error("no database");
  };
  for (let count = 0; count < 50; count++) await attempt("ada", "192.0.2.1", broken);
  expect(await attempt("ada", "192.0.2.1", right)).toBe("right");
});

test("two hundred people of one office who come at once all come in", async () => {
  const names = Array.from({ length: 200 }, (_, index) => `name-${index}`);
  const answers = await Promise.all(names.map((name) => attempt(name, "192.0.2.1", right)));
  expect(new Set(answers)).toEqual(new Set(["right"]));
});

test("an office's typing mistakes do not add up while people come in", async () => {
  for (let count = 0; count < 100; count++) {
    expect(await attempt(`name-${count}`, "192.0.2.1", wrong)).toBe("wrong");
    expect(await attempt(`name-${count}`, "192.0.2.1", right)).toBe("right");
  }
});

test("an address that tries a hundred names at once has few more looked at than it may", async () => {
  let looked = 0;
  const slow = async () => {
    looked++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return { refused: true };
  };
  await Promise.all(Array.from({ length: 100 }, (_, index) => attempt(`name-${index}`, "192.0.2.1", slow)));
  expect(looked).toBeGreaterThanOrEqual(20);
  expect(looked).toBeLessThanOrEqual(24);
});

test("a queue that is too long is refused, not grown", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting = async () => {
    await held;
    return {};
  };
  const attempts = Array.from({ length: 300 }, () => attempt("ada", "192.0.2.1", waiting));
  expect(await Promise.race(attempts)).toBe(3);
  release();
  const answers = await Promise.all(attempts);
  expect(answers.filter((answer) => answer === "right")).toHaveLength(257);
});
