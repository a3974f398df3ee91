import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeMagicPacket, WAKE_ON_LAN_PORT } from "./magic-packet.ts";

describe("a magic packet", () => {
  it("is six bytes FF and the address sixteen times", () => {
    const golden = `ffffffffffff${"00005e005301".repeat(16)}`;
    expect(Buffer.from(encodeMagicPacket("00:00:5e:00:53:01")).toString("hex")).toBe(golden);
    expect(WAKE_ON_LAN_PORT).toBe(9);
  });

  it("says the same of every address, however its letters are written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (address) => {
        const text = Buffer.from(address)
          .toString("hex")
          .replace(/..(?!$)/g, "$&:");
        const packet = encodeMagicPacket(text.toUpperCase());
        expect(packet).toEqual(encodeMagicPacket(text));
        expect(packet).toHaveLength(6 + 16 * 6);
        for (let at = 6; at < packet.length; at += 6) expect(packet.subarray(at, at + 6)).toEqual(address);
      }),
    );
  });

  it.each([
    "",
    "00:00:5e:00:53",
    "00:00:5e:00:53:01:02",
    "00-00-5e-00-53-01",
    "g0:00:5e:00:53:01",
    "0:0:5e:0:53:1",
  ])("is not made of %j", (text) => expect(() => encodeMagicPacket(text)).toThrow(RangeError));
});
