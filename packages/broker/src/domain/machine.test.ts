import { describe, expect, test } from "vitest";
import { addressRefusal } from "./machine.ts";

describe("addresses that no machine can have", () => {
  const never = [
    "0.0.0.0",
    "::",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "2130706433",
    "0x7f.1",
    "127.1",
  ];
  test.each(never)("%s is refused, declared or not", (host) => {
    expect(addressRefusal(host, false)).toBeTypeOf("string");
    expect(addressRefusal(host, true)).toBeTypeOf("string");
  });
});

describe("addresses on the gateway's own host or link", () => {
  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.1.1", "fe80::1", "localhost", "a.localhost."])(
    "%s needs a declaration",
    (host) => {
      expect(addressRefusal(host, false)).toBeTypeOf("string");
      expect(addressRefusal(host, true)).toBeUndefined();
    },
  );
});

test.each(["192.0.2.1", "10.0.0.1", "2001:db8::1", "desk.example"])("%s is taken", (host) => {
  expect(addressRefusal(host, false)).toBeUndefined();
});
