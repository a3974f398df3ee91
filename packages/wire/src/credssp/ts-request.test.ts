import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerTargetInfo, encodeNtlmAuthenticate, encodeNtlmNegotiate, parseNtlmChallenge } from "./ntlm.ts";
import { unwrapToken, wrapFirstToken, wrapNextToken } from "./spnego.ts";
import {
  encodePasswordCredentials,
  encodeTsRequest,
  readTsRequest,
  subjectPublicKeyOf,
} from "./ts-request.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const FULL = {
  version: 6,
  negoToken: bytes(1, 2, 3),
  authInfo: bytes(4),
  pubKeyAuth: new Uint8Array(300).fill(5),
  errorCode: 0xc000006d,
  clientNonce: new Uint8Array(32).fill(6),
};

describe("CredSSP's envelope", () => {
  it("is written and read, and cut anywhere waits for more", () => {
    const whole = encodeTsRequest(FULL);
    expect(readTsRequest(whole)).toEqual({ at: "read", size: whole.length, request: FULL });
    for (let cut = 0; cut < whole.length; cut++)
      expect(readTsRequest(whole.subarray(0, cut))).toEqual({ at: "more" });
  });

  it.each([
    ["no sequence", bytes(0x31, 0)],
    ["no version", bytes(0x30, 0)],
    ["a length beyond the limit", bytes(0x30, 0x83, 0xff, 0xff, 0xff)],
    ["an inner length that lies", bytes(0x30, 3, 0xa0, 0x7f, 2)],
  ])("with %s is refused", (_what, message) => {
    expect(readTsRequest(message)).toMatchObject({ at: "refused" });
  });

  it("survives noise", () => {
    const whole = encodeTsRequest(FULL);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), fc.nat(255), (noise, at, value) => {
        readTsRequest(noise);
        readTsRequest(whole.map((byte, i) => (i === at % whole.length ? value : byte)));
        parseNtlmChallenge(noise);
        unwrapToken(noise);
        subjectPublicKeyOf(noise);
      }),
      { numRuns: 3000 },
    );
  });

  it("seals name and password in the order that Windows reads", () => {
    const sent = encodePasswordCredentials({ domain: "D", username: "u", password: "p" });
    expect(Buffer.from(sent).toString("hex")).toBe(
      "301da003020101a116041430 12a00404024400a10404027500a20404027000".replace(" ", ""),
    );
  });
});

describe("NTLM's messages", () => {
  it("announce themselves", () => {
    expect(Buffer.from(encodeNtlmNegotiate()).toString("latin1", 0, 7)).toBe("NTLMSSP");
    expect(encodeNtlmNegotiate()).toHaveLength(40);
  });

  it("challenge with target info that is given back, bound to the channel", () => {
    const info = bytes(2, 0, 2, 0, 65, 0, 7, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0);
    const head = Buffer.alloc(48);
    head.write("NTLMSSP\0", "latin1");
    head.writeUInt32LE(2, 8);
    head.writeUInt16LE(info.length, 40);
    head.writeUInt32LE(48, 44);
    const challenge = parseNtlmChallenge(new Uint8Array(Buffer.concat([head, info])));
    expect(challenge?.timestamp).toEqual(bytes(1, 2, 3, 4, 5, 6, 7, 8));
    if (!challenge) return;
    const answer = Buffer.from(
      answerTargetInfo(challenge, { channelBindings: new Uint8Array(16).fill(9), serviceName: "TERMSRV/x" }),
    );
    expect(answer.includes(Buffer.alloc(16, 9))).toBe(true);
    expect(answer.includes(Buffer.from("TERMSRV/x", "utf16le"))).toBe(true);
    const whole = new Uint8Array(Buffer.concat([head, info]));
    for (let cut = 0; cut < whole.length; cut++)
      expect(parseNtlmChallenge(whole.subarray(0, cut))).toBeUndefined();
    head.writeUInt16LE(0xffff, 40);
    expect(parseNtlmChallenge(Buffer.concat([head, info]))).toBeUndefined();
  });

  it("authenticate with room for the MIC", () => {
    const message = encodeNtlmAuthenticate({
      ...{ flags: 0, domain: "D", username: "u", workstation: "W" },
      ntResponse: new Uint8Array(50),
      encryptedSessionKey: new Uint8Array(16),
    });
    expect(message.length).toBe(88 + 24 + 50 + 2 + 2 + 2 + 16);
  });
});

it("SPNEGO wraps and unwraps", () => {
  const token = bytes(1, 2, 3);
  expect(wrapFirstToken(token)[0]).toBe(0x60);
  expect(unwrapToken(wrapNextToken(token, bytes(4)))).toEqual(token);
  expect(unwrapToken(token)).toBeUndefined();
  const whole = wrapNextToken(token, bytes(4));
  for (let cut = 0; cut < whole.length; cut++) expect(unwrapToken(whole.subarray(0, cut))).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), (at, value) => {
      unwrapToken(whole.map((byte, i) => (i === at % whole.length ? value : byte)));
    }),
  );
});
