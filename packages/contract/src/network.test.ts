import { BlockList, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isInNetwork, networkRefusal } from "./network.ts";

const nearby = fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 });
const v4 = fc.oneof(
  fc.ipV4(),
  nearby.map((parts) => `10.${parts.slice(1).join(".")}`),
);
const v6 = fc.oneof(
  fc.ipV6(),
  nearby.map((parts) => `2001:db8::${parts.join(":")}`),
);

/** What Node's own list says. */
function nodeSays(address: string, network: string, prefix: number): boolean {
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

test("IPv4: an address is inside exactly where Node says so", () => {
  fc.assert(
    fc.property(v4, v4, fc.integer({ min: 0, max: 32 }), (address, network, prefix) => {
      expect(isInNetwork(address, `${network}/${prefix}`)).toBe(nodeSays(address, network, prefix));
    }),
    { numRuns: 2_000 },
  );
});

test("IPv6: an address is inside exactly where Node says so", () => {
  const plain = v6.filter((address) => isIPv6(address) && !/^[0:]*:ffff:/i.test(address));
  fc.assert(
    fc.property(plain, plain, fc.integer({ min: 0, max: 128 }), (address, network, prefix) => {
      expect(isInNetwork(address, `${network}/${prefix}`)).toBe(nodeSays(address, network, prefix));
    }),
    { numRuns: 2_000 },
  );
});

test("every address is inside itself, and inside everything of its kind", () => {
  fc.assert(
    fc.property(v4, (address) => {
      expect([isInNetwork(address, address), isInNetwork(address, "0.0.0.0/0")]).toEqual([true, true]);
      expect(isInNetwork(address, "::/0")).toBe(false);
      expect(isInNetwork(`::ffff:${address}`, `${address}/32`)).toBe(true);
    }),
  );
});

test("an IPv4 network in IPv6 clothes is the IPv4 network", () => {
  expect(isInNetwork("192.0.2.9", "::ffff:192.0.2.0/120")).toBe(true);
  expect(isInNetwork("192.0.3.9", "::ffff:192.0.2.0/120")).toBe(false);
  expect(networkRefusal("::ffff:192.0.2.0/95")).toBeTypeOf("string");
});

describe("no network is", () => {
  test.each([
    ...["", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0/8"],
    ...[
      "10.0.0.1/8",
      "010.0.0.0/8",
      "2001:db8::/129",
      "2001:db8::1/32",
      "fe80::%eth0/64",
      "fe80::1%1",
      "a.b",
    ],
    ...["192.0.2.0/255.255.255.0", "*", "localhost", "10.0.0.0/8 "],
  ])("%j", (text) => {
    expect(networkRefusal(text)).toBeTypeOf("string");
  });

  test("anything cut short, except where the rest is one", () => {
    const whole = "2001:db8::/32";
    for (let length = 0; length < whole.length; length++) {
      const text = whole.slice(0, length);
      const isOne = text === "2001:db8::" || text === "2001:db8::/3";
      const refusal = networkRefusal(text);
      // /3 of this address has bits after the prefix.
      expect(refusal === undefined, text).toBe(isOne && text === "2001:db8::");
    }
  });
});

test("nonsense is never inside, and never throws", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (address, network) => {
      expect(typeof isInNetwork(address, network)).toBe("boolean");
      expect(isInNetwork(address, "10.0.0.0/8") && !/^\D*10\./.test(address)).toBe(false);
    }),
  );
});
