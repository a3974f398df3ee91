import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import { ENCODING } from "./encodings.ts";
import type { ServerMessage } from "./server-messages.ts";
import { filler, framedServer, RGB565, RGB888, rectangle, serverInit, u16, u32, update } from "./testing.ts";

const INIT = serverInit();
const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const END = rectangle(ENCODING.lastRect, { width: 0, height: 0 });
const COPY = rectangle(ENCODING.copyRect, { width: 5, height: 5 }, filler(4));

const GOLDEN: readonly (readonly [string, Uint8Array, ServerMessage])[] = [
  ["an update of nothing", update([]), { type: "framebuffer-update", rectangles: 0 }],
  ["an update of two", update([COPY, COPY]), { type: "framebuffer-update", rectangles: 2 }],
  [
    "an update until told",
    update([COPY, COPY, COPY, END], 0xffff),
    { type: "framebuffer-update", rectangles: 3 },
  ],
  ["an update told early", update([COPY, END], 9), { type: "framebuffer-update", rectangles: 1 }],
  ["a colour map of two", joined([bytes(1, 0), u16(7, 2), filler(12)]), { type: "set-colour-map" }],
  ["an empty colour map", joined([bytes(1, 0), u16(7, 0)]), { type: "set-colour-map" }],
  ["a bell", bytes(2), { type: "bell" }],
  [
    "text",
    joined([bytes(3, 0, 0, 0), u32(3), filler(3)]),
    { type: "cut-text", textBytes: 3, isExtended: false },
  ],
  ["no text", bytes(3, 0, 0, 0, 0, 0, 0, 0), { type: "cut-text", textBytes: 0, isExtended: false }],
  [
    "an extended clipboard",
    joined([bytes(3, 0, 0, 0), u32(-6 >>> 0), filler(6)]),
    { type: "cut-text", textBytes: 6, isExtended: true },
  ],
  ["the end of continuous updates", bytes(150), { type: "end-of-continuous-updates" }],
  ["a fence with data", joined([bytes(248, 0, 0, 0), u32(1), bytes(3), filler(3)]), { type: "fence" }],
  ["an empty fence", joined([bytes(248, 0, 0, 0), u32(1), bytes(0)]), { type: "fence" }],
  ["the longest fence", joined([bytes(248, 0, 0, 0), u32(1), bytes(64), filler(64)]), { type: "fence" }],
  ["xvp", bytes(250, 0, 1, 0), { type: "xvp" }],
  ["the end of audio", bytes(255, 1, 0, 0), { type: "qemu-audio" }],
  ["the beginning of audio", bytes(255, 1, 0, 1), { type: "qemu-audio" }],
  ["audio", joined([bytes(255, 1, 0, 2), u32(5), filler(5)]), { type: "qemu-audio" }],
];

describe("a server's messages", () => {
  it.each(GOLDEN)("%s", (_what, message, expected) => {
    const stream = joined([INIT, message, bytes(2)]);
    const framed = framedServer(stream);
    expect(framed.messages.slice(1)).toEqual([
      { ...expected, begin: INIT.length, end: stream.length - 1 },
      { type: "bell", begin: stream.length - 1, end: stream.length },
    ]);
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(framedServer(stream, [cut])).toEqual(framed);
      expect(framedServer(stream.subarray(0, cut)).failure).toBeUndefined();
    }
    expect(framedServer(stream, [...stream.keys()])).toEqual(framed);
  });

  it("begin with the machine's size and name", () => {
    const init = { type: "server-init", width: 640, height: 480, begin: 0 };
    expect(framedServer(INIT).messages).toEqual([{ ...init, name: "demo", end: INIT.length }]);
    expect(framedServer(serverInit(RGB888, "")).messages).toEqual([{ ...init, name: "", end: 24 }]);
    expect(framedServer(serverInit(RGB888, "x".repeat(4096))).messages).toHaveLength(1);
  });

  it("have the machine's own pixels until the viewer asks for others", () => {
    const raw = rectangle(ENCODING.raw, { width: 3, height: 2 }, filler(12));
    const stream = joined([serverInit(RGB565), update([raw]), bytes(2)]);
    expect(framedServer(stream)).toMatchObject({
      failure: undefined,
      position: stream.length,
      messages: { length: 3 },
    });
  });

  it("have the same boundaries however they are chunked", () => {
    const some = fc.array(fc.constantFrom(...GOLDEN), { maxLength: 12 });
    fc.assert(
      fc.property(some, fc.array(fc.nat(400), { maxLength: 12 }), (list, cuts) => {
        const framed = framedServer(joined([INIT, ...list.map(([, message]) => message)]), cuts);
        let at = INIT.length;
        const expected = list.map(([, message, what]) => {
          const begin = at;
          at += message.length;
          return { ...what, begin, end: at };
        });
        expect(framed.messages.slice(1)).toEqual(expected);
        expect(framed).toMatchObject({ failure: undefined, position: at });
      }),
      { numRuns: 300 },
    );
  });
});

describe("a server that makes no sense", () => {
  it.each([
    ["a message nobody knows", bytes(4), "server message 4 is unknown"],
    ["text of 2 GiB", joined([bytes(3, 0, 0, 0), u32(0x7fffffff)]), "cut text of 2147483647 bytes"],
    [
      "an extended clipboard of 2 GiB",
      joined([bytes(3, 0, 0, 0), u32(0x80000000)]),
      "cut text of 2147483648 bytes",
    ],
    ["a fence too long", joined([bytes(248, 0, 0, 0), u32(1), bytes(65)]), "fence of 65 bytes"],
    ["an unknown qemu message", bytes(255, 0, 0, 0), "qemu server message 0 is unknown"],
    ["an unknown audio operation", bytes(255, 1, 0, 3), "qemu audio operation 3 is unknown"],
    ["audio of 4 GiB", joined([bytes(255, 1, 0, 2), u32(0xffffffff)]), "audio of 4294967295 bytes"],
  ])("ends the framing: %s", (_what, message, reason) => {
    const stream = joined([INIT, bytes(2), message, bytes(2, 2, 2)]);
    const framed = framedServer(stream);
    expect(framed.messages.map(({ type }) => type)).toEqual(["server-init", "bell"]);
    expect(framed).toMatchObject({ failure: reason, position: INIT.length + 1 + message.length });
    for (let cut = 0; cut <= stream.length; cut++) expect(framedServer(stream, [cut])).toEqual(framed);
  });

  it("ends it at a name of 4097 bytes and at an impossible pixel format", () => {
    expect(framedServer(serverInit(RGB888, "x".repeat(4097))).failure).toBe("name of 4097 bytes");
    expect(framedServer(serverInit(new Uint8Array(16))).failure).toBe("pixel format is not possible");
  });

  it("and one that sends garbage is framed the same however it is cut, without an exception", () => {
    const likely = fc.constantFrom(0, 1, 2, 3, 5, 7, 8, 16, 150, 248, 250, 255);
    const garbage = fc
      .array(fc.oneof(fc.nat(255), likely), { maxLength: 300 })
      .map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(garbage, fc.array(fc.nat(300), { maxLength: 10 }), (tail, cuts) => {
        const stream = joined([INIT, tail]);
        const framed = framedServer(stream);
        expect(framedServer(stream, cuts)).toEqual(framed);
        expect(framed.position).toBeLessThanOrEqual(stream.length);
        if (framed.failure === undefined)
          expect(framed.messages.at(-1)?.end).toBeLessThanOrEqual(stream.length);
      }),
      { numRuns: 1000 },
    );
  });
});
