import { expect, test } from "vitest";
import { md4, Rc4 } from "./md4-rc4.ts";

test.each([
  ["", "31d6cfe0d16ae931b73c59d7e0c089c0"],
  ["abc", "a448017aaf21d8525fc10ae87aa6729d"],
  ["abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "e33b4ddc9c38f2199c3e7b164fcc0536",
  ],
])("MD4 of RFC 1320 §A.5: %s", (text, digest) => {
  expect(md4(Buffer.from(text)).toString("hex")).toBe(digest);
});

test("RC4 goes on where it ended", () => {
  const whole = new Rc4(Buffer.from("Key")).apply(Buffer.from("Plaintext"));
  expect(whole.toString("hex")).toBe("bbf316e8d940af0ad3");
  const cut = new Rc4(Buffer.from("Key"));
  expect(Buffer.concat([cut.apply(Buffer.from("Plain")), cut.apply(Buffer.from("text"))])).toEqual(whole);
});
