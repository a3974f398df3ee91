import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { derContext, derSequence, derUnsigned, derUtf8 } from "../der/write.ts";
import {
  encodeCleanPathError,
  encodeCleanPathResponse,
  readCleanPathRequest,
  readCleanPathX224,
  viewerHint,
} from "./pdu.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const NO_HINT = { keyboardLayout: 0, needsTrueColour: false };
const X224 = hex("DEADBEFF");

/** From IronRDP's own tests (crates/ironrdp-testsuite-core/tests/rdcleanpath.rs). */
const REQUEST = hex(
  "3032A00402020D3EA20D0C0B64657374696E6174696F6EA30C0C0A70726F78792061757468A5050C03504342A6060404DEADBEFF",
);
const RESPONSE = hex(
  "3034A00402020D3EA6060404DEADBEFFA71430120404DEADBEFF0404DEADBEFF0404DEADBEFFA90E0C0C3139322E3136382E372E3935",
);

describe("a request", () => {
  it("of IronRDP is read, whatever follows", () => {
    const read = { at: "read", size: REQUEST.length, x224: X224, hint: NO_HINT };
    expect(readCleanPathRequest(REQUEST)).toEqual(read);
    expect(readCleanPathRequest(Uint8Array.of(...REQUEST, 1, 2, 3))).toEqual(read);
  });

  it("cut anywhere waits for more", () => {
    for (let cut = 0; cut < REQUEST.length; cut++)
      expect(readCleanPathRequest(REQUEST.subarray(0, cut))).toEqual({ at: "more" });
  });

  it("brings the viewer's hint in the field of the authorisation", () => {
    const request = (auth: string) =>
      derSequence(
        derContext(0, derUnsigned(3390)),
        derContext(3, derUtf8(auth)),
        derContext(6, Uint8Array.of(4, 4, ...X224)),
      );
    for (const needsTrueColour of [true, false]) {
      const hint = { keyboardLayout: 0x0807, needsTrueColour };
      expect(readCleanPathRequest(request(viewerHint(hint)))).toMatchObject({ hint });
    }
    expect(readCleanPathRequest(request("keyboard:zz"))).toMatchObject({ hint: NO_HINT });
  });

  it.each([
    ["another tag", "31" + "00"],
    ["another version", "3006A00402020D3D"],
    ["no version", "3008A6060404DEADBEFF"],
    ["no X.224", "3006A00402020D3E"],
    ["a length that lies inside", "3008A00402020D3EA6FF"],
    ["an announcement of megabytes", "3083FFFFFF"],
    ["an indefinite length", "3080"],
    ["a length of five bytes", "30850000000001"],
  ])("with %s is refused", (_what, bytes) => {
    expect(readCleanPathRequest(hex(bytes))).toMatchObject({ at: "refused" });
  });

  it("of random bytes never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(60), fc.nat(255), (noise, at, value) => {
        readCleanPathRequest(noise);
        const damaged = REQUEST.slice();
        damaged[at % damaged.length] = value;
        readCleanPathRequest(damaged);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("an answer", () => {
  it("is spelled as IronRDP spells it", () => {
    const parts = { x224: X224, certificates: [X224, X224, X224], serverAddress: "192.168.7.95" };
    expect(encodeCleanPathResponse(parts)).toEqual(RESPONSE);
    expect(readCleanPathX224(RESPONSE)).toEqual(X224);
  });

  it("can be an error, with the machine's own words where there are some", () => {
    const status = encodeCleanPathError({ kind: "general", httpStatus: 500 });
    expect(status).toEqual(hex("3015A00402020D3EA10D300BA003020101A104020201F4"));
    const alert = encodeCleanPathError({ kind: "general", tlsAlert: 48 });
    expect(alert).toEqual(hex("3014A00402020D3EA10C300AA003020101A303020130"));
    expect(readCleanPathX224(encodeCleanPathError({ kind: "negotiation", x224: X224 }))).toEqual(X224);
  });
});
