import { describe, expect, it } from "vitest";
import { encodeClose, encodeControlFrame, HEAD_ROOM_BYTES, putBinaryHeader } from "./frame-encoder.ts";
import { CLOSE_CODE, OPCODE } from "./opcodes.ts";
import { decoded } from "./testing.ts";

describe("a binary frame's header", () => {
  it.each([
    [0, [0x82, 0]],
    [125, [0x82, 125]],
    [126, [0x82, 126, 0, 126]],
    [65_535, [0x82, 126, 255, 255]],
    [65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [2 ** 40 + 5, [0x82, 127, 0, 0, 1, 0, 0, 0, 0, 5]],
  ])("for %i bytes stands right before the payload and touches nothing else", (length, head) => {
    const block = new Uint8Array(HEAD_ROOM_BYTES + 4).fill(0xee);
    const begin = putBinaryHeader(block, HEAD_ROOM_BYTES, length);
    expect(begin).toBe(HEAD_ROOM_BYTES - head.length);
    expect([...block.subarray(begin, HEAD_ROOM_BYTES)]).toEqual(head);
    expect(block.subarray(0, begin).every((byte) => byte === 0xee)).toBe(true);
    expect([...block.subarray(HEAD_ROOM_BYTES)]).toEqual([0xee, 0xee, 0xee, 0xee]);
  });
});

describe("control frames", () => {
  it("carry up to 125 bytes; more is a programming error", () => {
    const payload = new Uint8Array(125).fill(7);
    expect(decoded(encodeControlFrame(OPCODE.ping, payload), "server")).toEqual([{ ping: [...payload] }]);
    expect(() => encodeControlFrame(OPCODE.ping, new Uint8Array(126))).toThrow(RangeError);
  });

  it("close with a code and reason, or with neither where the peer gave none", () => {
    expect(decoded(encodeClose(CLOSE_CODE.goingAway, "bye"), "server")).toEqual([
      { close: 1001, reason: "bye" },
    ]);
    expect([...encodeClose(CLOSE_CODE.noStatus, "ignored")]).toEqual([0x88, 0]);
    expect(() => encodeClose(1000, "x".repeat(124))).toThrow(RangeError);
  });
});
