import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfUtf8, utf8 } from "./utf-8.ts";

describe("UTF-8", () => {
  it("is what the runtime makes of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(bytesOfUtf8(text)).toEqual(new Uint8Array(Buffer.from(text)));
        expect(utf8(Buffer.from(text))).toBe(text);
      }),
    );
    expect(utf8(bytesOfUtf8("a\ud800b"))).toBe("a\ufffdb");
  });

  it("is refused exactly where the runtime refuses it", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const likely = fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xe0, 0xed, 0xa0, 0xf0, 0x90, 0xf4, 0xff);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(255), likely), { maxLength: 12 }), (list) => {
        const bytes = Uint8Array.from(list);
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        if (expected === undefined) expect(() => utf8(bytes)).toThrow(RangeError);
        else expect(utf8(bytes)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
