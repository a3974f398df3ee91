import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { HEAD_ROOM_BYTES, putBinaryHeader } from "./frame-encoder.ts";
import { CLOSE_CODE, OPCODE } from "./opcodes.ts";
import { decoded, encodeFrame, type Frame, frameHead } from "./testing.ts";

const MASK = 0x37fa213d;
const bytes = (...values: number[]) => Uint8Array.from(values);
const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + 7) & 255);
const NO_SINK = { onPayload() {}, onPing() {}, onPong() {}, onClose() {}, onViolation() {} };
const fromServer = (frame: Frame) => decoded(encodeFrame(frame), "server");
const fromClient = (frame: Frame) => decoded(encodeFrame({ mask: MASK, ...frame }), "client");

describe("frames of RFC 6455 §5.7", () => {
  it("a masked one is plain again", () => {
    const masked = bytes(0x82, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    expect(decoded(masked, "client")).toEqual([{ payload: [..."Hello"].map((c) => c.charCodeAt(0)) }]);
  });

  it("an unmasked one passes as it is", () => {
    expect(decoded(bytes(0x82, 0x03, 1, 2, 3), "server")).toEqual([{ payload: [1, 2, 3] }]);
  });

  it("a ping in the middle of a fragmented message is answered at its place", () => {
    const stream = joined([
      encodeFrame({ opcode: OPCODE.binary, payload: bytes(1, 2), isFinal: false, mask: MASK }),
      encodeFrame({ opcode: OPCODE.ping, payload: bytes(9), mask: MASK }),
      encodeFrame({ opcode: OPCODE.continuation, payload: bytes(3), isFinal: false, mask: MASK }),
      encodeFrame({ opcode: OPCODE.pong, payload: bytes(), mask: MASK }),
      encodeFrame({ opcode: OPCODE.continuation, payload: bytes(4), mask: MASK }),
      encodeFrame({ opcode: OPCODE.binary, payload: bytes(5), mask: MASK }),
    ]);
    const said = [{ payload: [1, 2] }, { ping: [9] }, { payload: [3] }, { pong: [] }, { payload: [4, 5] }];
    for (let cut = 0; cut <= stream.length; cut++) expect(decoded(stream, "client", [cut])).toEqual(said);
  });
});

describe("every form of length", () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_001])("%i bytes, from both sides", (length) => {
    const payload = pattern(length);
    const expected = length === 0 ? [] : [{ payload: [...payload] }];
    expect(fromClient({ opcode: OPCODE.binary, payload })).toEqual(expected);
    const block = new Uint8Array(HEAD_ROOM_BYTES + length);
    block.set(payload, HEAD_ROOM_BYTES);
    const begin = putBinaryHeader(block, HEAD_ROOM_BYTES, length);
    expect(block.subarray(begin)).toEqual(encodeFrame({ opcode: OPCODE.binary, payload }));
    expect(decoded(block.subarray(begin), "server")).toEqual(expected);
  });

  it("a frame that claims 2^40 bytes is streamed, not collected", () => {
    let passed = 0;
    const sink = { ...NO_SINK, onPayload: (piece: Uint8Array) => (passed += piece.length) };
    const decoder = new FrameDecoder(sink, "client");
    decoder.feed(frameHead(0x82, 2 ** 40, MASK));
    const chunk = new Uint8Array(64 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 2000; i++) decoder.feed(chunk);
    expect(passed).toBe(2000 * chunk.length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
    expect(decoder.isDone).toBe(false);
  });
});

describe("a peer that breaks the protocol", () => {
  const protocolError = (reason: string) => [{ violation: CLOSE_CODE.protocolError, reason }];

  it("by not masking as a client", () => {
    expect(decoded(encodeFrame({ opcode: 2, payload: bytes(1) }), "client")).toEqual(
      protocolError("frame is not masked"),
    );
  });

  it("by masking as a server", () => {
    expect(fromServer({ opcode: 2, payload: bytes(1), mask: MASK })).toEqual(
      protocolError("frame is masked"),
    );
  });

  it.each([0x10, 0x20, 0x40, 0x70])("by the reserved bits %i", (reserved) => {
    expect(fromClient({ opcode: 2, payload: bytes(1), reserved })).toEqual(
      protocolError("reserved bits are set"),
    );
  });

  it("by text, which a tunnel does not carry", () => {
    expect(fromClient({ opcode: OPCODE.text, payload: bytes(65) })).toEqual([
      { violation: CLOSE_CODE.unsupportedData, reason: "only binary messages are taken" },
    ]);
  });

  it.each([3, 4, 5, 6, 7, 11, 12, 13, 14, 15])("by the unknown opcode %i", (opcode) => {
    expect(fromClient({ opcode, payload: bytes() })).toEqual(protocolError("opcode is unknown"));
  });

  it.each([OPCODE.close, OPCODE.ping, OPCODE.pong])("by fragmenting control frame %i", (opcode) => {
    expect(fromClient({ opcode, payload: bytes(), isFinal: false })).toEqual(
      protocolError("control frame is fragmented"),
    );
  });

  it.each([OPCODE.close, OPCODE.ping, OPCODE.pong])("by 126 bytes in control frame %i", (opcode) => {
    expect(fromClient({ opcode, payload: pattern(126) })).toEqual(protocolError("control frame is too long"));
  });

  it.each([
    ["125 in two bytes", bytes(0x82, 126, 0, 125)],
    ["0 in two bytes", bytes(0x82, 126, 0, 0)],
    ["65535 in eight bytes", bytes(0x82, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff)],
  ])("by a length of %s", (_what, head) => {
    expect(decoded(head, "server")).toEqual(protocolError("length is not in its shortest form"));
  });

  it.each([
    ["2^53", bytes(0x82, 127, 0, 0x20, 0, 0, 0, 0, 0, 0)],
    ["2^63", bytes(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0)],
    ["2^64-1", bytes(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255)],
  ])("by a length of %s", (_what, head) => {
    expect(decoded(head, "server")).toEqual([{ violation: CLOSE_CODE.tooBig, reason: "frame is too long" }]);
  });

  it("by continuing what never began", () => {
    expect(fromClient({ opcode: OPCODE.continuation, payload: bytes(1) })).toEqual(
      protocolError("message is out of order"),
    );
  });

  it("by continuing a message that has ended", () => {
    const end = encodeFrame({ opcode: OPCODE.binary, payload: bytes(1) });
    const more = encodeFrame({ opcode: OPCODE.continuation, payload: bytes(2) });
    expect(decoded(joined([end, more]), "server")).toEqual([
      { payload: [1] },
      ...protocolError("message is out of order"),
    ]);
  });

  it("by a new message inside a fragmented one", () => {
    const begin = encodeFrame({ opcode: OPCODE.binary, payload: bytes(), isFinal: false });
    const another = encodeFrame({ opcode: OPCODE.binary, payload: bytes(1) });
    expect(decoded(joined([begin, another]), "server")).toEqual(protocolError("message is out of order"));
  });

  it("by half a close code", () => {
    expect(fromClient({ opcode: OPCODE.close, payload: bytes(3) })).toEqual(
      protocolError("close frame has half a code"),
    );
  });

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])("by the close code %i", (code) => {
    expect(fromClient({ opcode: OPCODE.close, payload: bytes(code >> 8, code & 255) })).toEqual(
      protocolError("close code is not allowed"),
    );
  });
});

describe("the end of a stream", () => {
  it.each([1000, 1001, 1003, 1007, 1011, 1014, 3000, 4000, 4999])("by close code %i", (code) => {
    const payload = bytes(code >> 8, code & 255, 98, 121, 101);
    expect(fromClient({ opcode: OPCODE.close, payload })).toEqual([{ close: code, reason: "bye" }]);
  });

  it("without a code is told as 1005", () => {
    expect(fromServer({ opcode: OPCODE.close, payload: bytes() })).toEqual([{ close: 1005, reason: "" }]);
  });

  it("is final: nothing after a close or a violation is heard", () => {
    const after = encodeFrame({ opcode: OPCODE.binary, payload: bytes(1) });
    const close = encodeFrame({ opcode: OPCODE.close, payload: bytes() });
    const violation = encodeFrame({ opcode: OPCODE.text, payload: bytes() });
    for (const end of [close, violation]) {
      const stream = joined([end, after, end]);
      for (let cut = 0; cut <= stream.length; cut++) expect(decoded(stream, "server", [cut])).toHaveLength(1);
    }
  });
});

describe("any stream", () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(125, 126, 127, 300, 65_535, 65_536).map(pattern),
  );
  const control = fc.record({
    opcode: fc.constantFrom(OPCODE.ping, OPCODE.pong),
    payload: fc.uint8Array({ maxLength: 125 }),
  });
  const message = fc.tuple(
    fc.array(payload, { minLength: 1, maxLength: 3 }),
    fc.array(control, { maxLength: 2 }),
  );
  const origin = fc.constantFrom("client" as const, "server" as const);
  const cuts = fc.array(fc.nat(70_000), { maxLength: 12 });

  /** The frames of messages with control frames between their fragments. */
  function framesOf(messages: readonly [Uint8Array[], { opcode: number; payload: Uint8Array }[]][]): Frame[] {
    return messages.flatMap(([fragments, controls]) =>
      fragments.flatMap((fragment, i) => {
        const opcode = i === 0 ? OPCODE.binary : OPCODE.continuation;
        const between = controls[i];
        const frame = { opcode, payload: fragment, isFinal: i === fragments.length - 1 };
        return between ? [frame, between] : [frame];
      }),
    );
  }

  it("comes out as it went in, wherever it is cut", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 3 }),
        origin,
        cuts,
        fc.nat(0xffffffff),
        (messages, side, at, mask) => {
          const frames = framesOf(messages);
          const masked = side === "client" ? { mask } : {};
          const stream = joined(frames.map((frame) => encodeFrame({ ...frame, ...masked })));
          const said = decoded(stream, side, at);
          expect(said.some((one) => "violation" in one)).toBe(false);
          const arrived = joined(said.map((one) => Uint8Array.from("payload" in one ? one.payload : [])));
          const sent = joined(frames.filter(({ opcode }) => opcode < 8).map((frame) => frame.payload));
          expect(Buffer.compare(arrived, sent)).toBe(0);
          const controls = said.flatMap((one) =>
            "ping" in one ? [one.ping] : "pong" in one ? [one.pong] : [],
          );
          expect(controls).toEqual(
            frames.filter(({ opcode }) => 8 <= opcode).map((frame) => [...frame.payload]),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of garbage never throws, and says the same wherever it is cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), origin, cuts, (garbage, side, at) => {
        const whole = decoded(garbage, side);
        expect(decoded(garbage, side, at)).toEqual(whole);
        const ends = whole.filter((one) => "violation" in one || "close" in one);
        expect(ends.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
