import { expect, test } from "vitest";
import { decodePhc, encodePhc } from "./phc-string.ts";

const HASH = {
  parameters: { memoryKib: 19456, passes: 2, parallelism: 1 },
  salt: Buffer.alloc(16, 3),
  hash: Buffer.alloc(32, 4),
};

test("a hash survives being written and read", () => {
  const text = encodePhc(HASH);
  expect(text).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(decodePhc(text)).toEqual(HASH);
});

test.each([
  "",
  "x",
  "$argon2i$v=19$m=1,t=1,p=1$AA$AA",
  "$argon2id$v=16$m=1,t=1,p=1$AA$AA",
  "$argon2id$v=19$m=1$AA$AA",
])("%s is no hash of ours", (text) => {
  expect(decodePhc(text)).toBeUndefined();
});
