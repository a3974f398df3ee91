import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import type { ClientMessage } from "./client-messages.ts";
import { filler, framedClient, RGB888, u16, u32 } from "./testing.ts";

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const KEY = joined([bytes(4, 1, 0, 0), u32(0x41)]);
const KEY_MESSAGE: ClientMessage = { type: "key", isDown: true, keysym: 0x41 };

const GOLDEN: readonly (readonly [string, Uint8Array, ClientMessage])[] = [
  [
    "a pixel format",
    joined([bytes(0, 0, 0, 0), RGB888]),
    { type: "set-pixel-format", format: { bytesPerPixel: 4, bytesPerTightPixel: 3 } },
  ],
  [
    "encodings",
    joined([bytes(2, 0), u16(2), u32(7, -308 >>> 0)]),
    { type: "set-encodings", encodings: [7, -308] },
  ],
  ["no encodings", bytes(2, 0, 0, 0), { type: "set-encodings", encodings: [] }],
  [
    "an incremental update request",
    joined([bytes(3, 1), u16(0, 0, 640, 480)]),
    { type: "update-request", isIncremental: true },
  ],
  [
    "a whole update request",
    joined([bytes(3, 0), u16(0, 0, 640, 480)]),
    { type: "update-request", isIncremental: false },
  ],
  ["a key", KEY, KEY_MESSAGE],
  [
    "a key's release",
    joined([bytes(4, 0, 0, 0), u32(0xffffffff)]),
    { type: "key", isDown: false, keysym: 0xffffffff },
  ],
  [
    "the pointer",
    joined([bytes(5, 3), u16(100, 65_535)]),
    { type: "pointer", buttons: 3, x: 100, y: 65_535 },
  ],
  [
    "text",
    joined([bytes(6, 0, 0, 0), u32(4), filler(4)]),
    { type: "cut-text", textBytes: 4, isExtended: false },
  ],
  [
    "an extended clipboard",
    joined([bytes(6, 0, 0, 0), u32(-4 >>> 0), filler(4)]),
    { type: "cut-text", textBytes: 4, isExtended: true },
  ],
  ["continuous updates", joined([bytes(150, 1), u16(0, 0, 640, 480)]), { type: "enable-continuous-updates" }],
  ["a fence", joined([bytes(248, 0, 0, 0), u32(1), bytes(2), filler(2)]), { type: "fence" }],
  ["xvp", bytes(250, 0, 1, 2), { type: "xvp" }],
  [
    "a desktop size with a screen",
    joined([bytes(251, 0), u16(800, 600), bytes(1, 0), filler(16)]),
    { type: "set-desktop-size", width: 800, height: 600 },
  ],
  [
    "a desktop size without",
    joined([bytes(251, 0), u16(800, 600), bytes(0, 0)]),
    { type: "set-desktop-size", width: 800, height: 600 },
  ],
  [
    "an extended key",
    joined([bytes(255, 0), u16(1), u32(0x41, 30)]),
    { type: "key", isDown: true, keysym: 0x41 },
  ],
  ["audio on", bytes(255, 1, 0, 0), { type: "qemu-audio" }],
  ["audio off", bytes(255, 1, 0, 1), { type: "qemu-audio" }],
  ["an audio format", joined([bytes(255, 1, 0, 2), bytes(3, 2), u32(44_100)]), { type: "qemu-audio" }],
];

describe("a client's messages", () => {
  it.each(GOLDEN)("%s", (_what, message, expected) => {
    const stream = joined([message, KEY]);
    const framed = framedClient(stream);
    expect(framed.messages).toEqual([
      { ...expected, begin: 0, end: message.length },
      { ...KEY_MESSAGE, begin: message.length, end: stream.length },
    ]);
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(framedClient(stream, [cut])).toEqual(framed);
      expect(framedClient(stream.subarray(0, cut))).toMatchObject({ failure: undefined });
    }
    expect(framedClient(stream, [...stream.keys()])).toEqual(framed);
  });

  it("have the same boundaries however they are chunked", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...GOLDEN), { maxLength: 15 }),
        fc.array(fc.nat(300), { maxLength: 15 }),
        (list, cuts) => {
          let at = 0;
          const expected = list.map(([, message, what]) => {
            const begin = at;
            at += message.length;
            return { ...what, begin, end: at };
          });
          expect(framedClient(joined(list.map(([, message]) => message)), cuts).messages).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("extended mouse buttons", () => {
  const pointer = joined([bytes(5, 0x81), u16(10, 20)]);

  it("are a byte more, once the server has announced them", () => {
    const stream = joined([pointer, bytes(3), KEY]);
    const framed = framedClient(stream, [], true);
    expect(framed.messages).toMatchObject([
      { type: "pointer", buttons: 1 | (3 << 7), x: 10, y: 20, end: 7 },
      KEY_MESSAGE,
    ]);
    for (let cut = 0; cut <= stream.length; cut++) expect(framedClient(stream, [cut], true)).toEqual(framed);
  });

  it("are not a byte more without the mark or the announcement", () => {
    const plain = joined([bytes(5, 0x01), u16(10, 20), KEY]);
    expect(framedClient(plain, [], true).messages).toMatchObject([{ buttons: 1, end: 6 }, KEY_MESSAGE]);
    expect(framedClient(joined([pointer, KEY])).messages).toMatchObject([
      { buttons: 0x81, end: 6 },
      KEY_MESSAGE,
    ]);
  });
});

describe("a client that makes no sense", () => {
  it.each([
    ["a message nobody knows", bytes(1), "client message 1 is unknown"],
    [
      "an impossible pixel format",
      joined([bytes(0, 0, 0, 0), new Uint8Array(16)]),
      "pixel format is not possible",
    ],
    ["1025 encodings", joined([bytes(2, 0), u16(1025)]), "1025 encodings"],
    ["text of 2 GiB", joined([bytes(6, 0, 0, 0), u32(0x7fffffff)]), "cut text of 2147483647 bytes"],
    [
      "an extended clipboard of 2 GiB",
      joined([bytes(6, 0, 0, 0), u32(0x80000000)]),
      "cut text of 2147483648 bytes",
    ],
    ["a fence too long", joined([bytes(248, 0, 0, 0), u32(1), bytes(65)]), "fence of 65 bytes"],
    ["an unknown qemu message", bytes(255, 2), "qemu client message 2 is unknown"],
    ["an unknown audio operation", bytes(255, 1, 0, 3), "qemu audio operation 3 is unknown"],
  ])("ends the framing: %s", (_what, message, reason) => {
    const stream = joined([KEY, message, KEY]);
    const framed = framedClient(stream);
    expect(framed).toMatchObject({ failure: reason, position: KEY.length + message.length });
    expect(framed.messages).toHaveLength(1);
    for (let cut = 0; cut <= stream.length; cut++) expect(framedClient(stream, [cut])).toEqual(framed);
  });

  it("and one that sends garbage is framed the same however it is cut, without an exception", () => {
    const likely = fc.constantFrom(0, 2, 3, 4, 5, 6, 150, 248, 250, 251, 255);
    const garbage = fc
      .array(fc.oneof(fc.nat(255), likely), { maxLength: 300 })
      .map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(
        garbage,
        fc.array(fc.nat(300), { maxLength: 10 }),
        fc.boolean(),
        (stream, cuts, hasButtons) => {
          const framed = framedClient(stream, [], hasButtons);
          expect(framedClient(stream, cuts, hasButtons)).toEqual(framed);
          expect(framed.position).toBeLessThanOrEqual(stream.length);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
