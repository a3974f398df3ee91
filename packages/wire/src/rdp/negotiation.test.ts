import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  encodeConnectionRequest,
  parseConnectionRequest,
  readConnectionConfirm,
  withSelectedProtocol,
} from "./negotiation.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** As xrdp 0.9.21 answers. */
const TLS = hex("030000130ed00000123400" + "0200080001000000");
const NO_TLS = hex("030000130ed00000123400" + "0300080005000000");
const OLD = hex("0300000b06d00000123400");

describe("a connection request", () => {
  it("is written and read", () => {
    const request = { cookieName: "deskgate", protocols: 3 };
    const bytes = encodeConnectionRequest(request);
    expect(parseConnectionRequest(bytes)).toEqual(request);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(parseConnectionRequest(bytes.subarray(0, cut))).toBeUndefined();
    expect(parseConnectionRequest(encodeConnectionRequest({ cookieName: undefined, protocols: 1 }))).toEqual({
      cookieName: undefined,
      protocols: 1,
    });
  });
});

describe("a connection confirm", () => {
  it("selects, refuses, or knows only RDP's own security", () => {
    expect(readConnectionConfirm(TLS)).toEqual({ at: "selected", size: 19, protocol: 1 });
    const failed = { at: "failed", size: 19, code: 5, name: "HYBRID_REQUIRED_BY_SERVER" };
    expect(readConnectionConfirm(NO_TLS)).toEqual(failed);
    expect(readConnectionConfirm(OLD)).toEqual({ at: "old-security", size: 11 });
    expect(readConnectionConfirm(withSelectedProtocol(TLS, 0))).toEqual({ at: "old-security", size: 19 });
    expect(readConnectionConfirm(withSelectedProtocol(TLS, 2))).toMatchObject({ protocol: 2 });
  });

  it("cut anywhere waits for more", () => {
    for (const whole of [TLS, NO_TLS, OLD])
      for (let cut = 0; cut < whole.length; cut++)
        expect(readConnectionConfirm(whole.subarray(0, cut))).toEqual({ at: "more" });
  });

  it.each([
    ["a web server's answer", "485454502f312e31"],
    ["a length that lies", "0300ffff"],
    ["a length shorter than the header", "03000004"],
    ["another X.224 message", "030000130ef00000123400" + "0200080001000000"],
    ["an indicated length that lies", "0300001330d00000123400" + "0200080001000000"],
    ["an unknown negotiation", "030000130ed00000123400" + "0900080001000000"],
  ])("that is %s is refused", (_what, bytes) => {
    expect(readConnectionConfirm(hex(bytes))).toMatchObject({ at: "refused" });
  });

  it("of random bytes never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        readConnectionConfirm(noise);
        readConnectionConfirm(Uint8Array.of(3, 0, 0, noise.length + 4, ...noise));
        parseConnectionRequest(noise);
      }),
      { numRuns: 3000 },
    );
  });
});
