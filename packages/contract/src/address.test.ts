import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyAddress, isDisguisedIpv4, mayDial } from "./address.ts";

describe("classifyAddress", () => {
  const cases: readonly (readonly [string, ReturnType<typeof classifyAddress>])[] = [
    ["10.0.0.5", "ordinary"],
    ["192.168.1.1", "ordinary"],
    ["2001:db8::1", "ordinary"],
    ["fd12:3456::1", "ordinary"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["0:0:0:0:0:0:0:1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::127.0.0.1", "loopback"],
    ["::ffff:0:127.0.0.1", "loopback"],
    ["64:ff9b::127.0.0.1", "loopback"],
    ["2002:7f00:1::", "loopback"],
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "unspecified"],
    ["::", "unspecified"],
    ["::ffff:0.0.0.0", "unspecified"],
    ["169.254.1.1", "link-local"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["febf::1", "link-local"],
    ["169.254.169.254", "metadata"],
    ["::ffff:169.254.169.254", "metadata"],
    ["fd00:ec2::254", "metadata"],
    ["100.100.100.200", "metadata"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "reserved"],
    ["240.0.0.1", "reserved"],
    ["::5", "reserved"],
    ["example.test", undefined],
    ["1.2.3", undefined],
    ["1.2.3.4.5", undefined],
    ["1.2.3.256", undefined],
    ["01.2.3.4", undefined],
    ["1::2::3", undefined],
    ["1:2:3:4:5:6:7:8:9", undefined],
    ["1:2:3:4:5:6:7", undefined],
    ["::12345", undefined],
    ["::1.2.3", undefined],
    ["", undefined],
    [":", undefined],
  ];
  it.each(cases)("%s is %s", (text, kind) => expect(classifyAddress(text)).toBe(kind));

  it("knows every spelling of an IPv4-mapped loopback address", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (low) => {
        const v4 = `127.${(low >> 16) & 255}.${(low >> 8) & 255}.${low & 255}`;
        expect(classifyAddress(v4)).toBe("loopback");
        expect(classifyAddress(`::ffff:${v4}`)).toBe("loopback");
        expect(classifyAddress(`0:0:0:0:0:FFFF:${v4}`)).toBe("loopback");
      }),
    );
  });

  it("never throws, whatever the text", () => {
    fc.assert(fc.property(fc.string(), (text) => void classifyAddress(text)));
  });
});

describe("isDisguisedIpv4", () => {
  it.each(["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0x7f000001", "1"])("%s is refused", (host) =>
    expect(isDisguisedIpv4(host)).toBe(true),
  );
  it.each(["127.0.0.1", "host1", "1.2.3.4.example", "a.1"])("%s is left to others", (host) =>
    expect(isDisguisedIpv4(host)).toBe(false),
  );
});

describe("mayDial", () => {
  it("lets declared machines stand on loopback and link-local, and nowhere else special", () => {
    expect(mayDial("loopback", false)).toBe(false);
    expect(mayDial("loopback", true)).toBe(true);
    expect(mayDial("link-local", true)).toBe(true);
    for (const kind of ["metadata", "unspecified", "multicast", "reserved"] as const)
      expect(mayDial(kind, true)).toBe(false);
    expect(mayDial("ordinary", false)).toBe(true);
  });
});
