import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bytesOfLatin1,
  latin1,
  readS32,
  readU8,
  readU16,
  readU32,
  writeU16,
  writeU32,
} from "./big-endian.ts";

describe("network byte order", () => {
  it("reads golden bytes", () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x01, 0x02, 0x80);
    expect([readU8(bytes, 4), readU16(bytes, 0), readU32(bytes, 0), readS32(bytes, 0)]).toEqual([
      0x80, 0xfffe, 0xfffe0102, -130814,
    ]);
  });

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffffffff), (short, long) => {
        const bytes = new Uint8Array(6);
        writeU16(bytes, 0, short);
        writeU32(bytes, 2, long);
        expect([readU16(bytes, 0), readU32(bytes, 2), readS32(bytes, 2)]).toEqual([short, long, long | 0]);
      }),
    );
  });

  it("never invents bytes beyond the end", () => {
    const bytes = new Uint8Array(3);
    for (const read of [readU32, readS32]) expect(() => read(bytes, 0)).toThrow(RangeError);
    expect(() => readU16(bytes, 2)).toThrow(RangeError);
    expect(() => readU8(bytes, 3)).toThrow(RangeError);
    expect(() => readU8(bytes, -1)).toThrow(RangeError);
  });

  it("keeps Latin-1 as it is and refuses anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesOfLatin1(latin1(bytes))).toEqual(bytes);
      }),
    );
    expect(() => bytesOfLatin1("€")).toThrow(RangeError);
  });
});
