import { expect, test } from "vitest";
import { plainAddress, throttledPlace } from "./client-address.ts";

test("an IPv4 client is spelled as IPv4 on a dual-stack socket", () => {
  expect(plainAddress("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(plainAddress("2001:db8::1")).toBe("2001:db8::1");
  expect(plainAddress(undefined)).toBe("unknown");
});

test("an IPv6 client counts as its whole /64", () => {
  expect(throttledPlace("2001:db8:1:2::1")).toBe(throttledPlace("2001:db8:1:2:ffff:1:2:3"));
  expect(throttledPlace("2001:db8:1:2::1")).not.toBe(throttledPlace("2001:db8:1:3::1"));
  expect(throttledPlace("::1")).toBe("0:0:0:0::/64");
  expect(throttledPlace("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  expect(throttledPlace("192.0.2.1")).toBe("192.0.2.1");
});
