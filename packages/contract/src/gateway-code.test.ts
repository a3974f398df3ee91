import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGatewayCode, parseGatewayCode } from "./gateway-code.ts";

const base32 = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"),
  minLength: 26,
  maxLength: 26,
});
const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const CODE = formatGatewayCode({ secret: "a".repeat(26), fingerprint: "0f".repeat(32) });

describe("a registration code", () => {
  it("is read as it was written, blanks around it forgiven", () => {
    fc.assert(
      fc.property(base32, hex, (secret, fingerprint) => {
        const text = formatGatewayCode({ secret, fingerprint });
        expect(parseGatewayCode(`\n ${text}\r\n`)).toEqual({ secret, fingerprint });
      }),
    );
  });

  it("cut anywhere, or with any character changed to one it cannot hold, is none", () => {
    for (let at = 0; at < CODE.length; at++) {
      expect(parseGatewayCode(CODE.slice(0, at))).toBeUndefined();
      expect(parseGatewayCode(`${CODE.slice(0, at)}!${CODE.slice(at + 1)}`)).toBeUndefined();
    }
  });

  it("is never made of something else", () => {
    expect(() => formatGatewayCode({ secret: "short", fingerprint: "0f".repeat(32) })).toThrow();
    expect(() => formatGatewayCode({ secret: "a".repeat(26), fingerprint: "0F".repeat(32) })).toThrow();
  });

  it("is never found in other text", () => {
    fc.assert(fc.property(fc.string(), (text) => parseGatewayCode(text) === undefined));
  });
});
