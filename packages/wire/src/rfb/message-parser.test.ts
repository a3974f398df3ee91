import { describe, expect, it } from "vitest";
import { FramingError, MAX_READ_BYTES, MessageFramer, type MessageParser } from "./message-parser.ts";

function framerOf(parser: (position: () => number) => MessageParser): MessageFramer {
  return new MessageFramer(parser);
}

describe("a framer", () => {
  it("hands over exactly what was asked for and knows its place", () => {
    const seen: [number, number[]][] = [];
    const framer = framerOf(function* (position) {
      for (;;) {
        const head = yield { read: 2 };
        seen.push([position(), [...head]]);
        yield { skip: head[0] ?? 0 };
      }
    });
    for (const byte of [2, 9, 0, 0, 0, 8, 1, 7, 0]) framer.feed(Uint8Array.of(byte));
    expect(seen).toEqual([
      [2, [2, 9]],
      [6, [0, 8]],
      [8, [1, 7]],
    ]);
    expect(framer.position).toBe(9);
  });

  it("does not keep the chunks it was fed: a piece in hand is a copy", () => {
    const seen: number[][] = [];
    const framer = framerOf(function* () {
      seen.push([...(yield { read: 4 })]);
      yield { read: 1 };
    });
    const chunk = Uint8Array.of(1, 2);
    framer.feed(chunk);
    chunk.set([3, 4]);
    framer.feed(chunk);
    expect(seen).toEqual([[1, 2, 3, 4]]);
  });

  it("passes over needs of nothing, without a byte to drive it", () => {
    let at = 0;
    framerOf(function* () {
      for (at = 0; at < 1000; at++) yield at % 2 === 0 ? { skip: 0 } : { read: 0 };
      yield { read: 1 };
    });
    expect(at).toBe(1000);
  });

  it("refuses to collect more than its limit in one piece", () => {
    const framer = framerOf(function* () {
      yield { read: MAX_READ_BYTES + 1 };
    });
    expect(framer.failure).toBe("a piece to read is too long");
  });

  it("stops at the parser's failure and stays there", () => {
    const framer = framerOf(function* () {
      yield { read: 1 };
      throw new FramingError("no more");
    });
    framer.feed(Uint8Array.of(1, 2, 3));
    framer.feed(Uint8Array.of(4));
    expect([framer.failure, framer.position]).toEqual(["no more", 1]);
  });

  it("lets any other error through, because that is a bug", () => {
    const framer = framerOf(function* () {
      yield { read: 1 };
      throw new RangeError("oops");
    });
    expect(() => framer.feed(Uint8Array.of(1))).toThrow(RangeError);
  });
});
