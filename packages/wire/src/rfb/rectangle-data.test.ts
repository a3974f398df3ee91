import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import { ENCODING, parsePixelFormat } from "./encodings.ts";
import { filler, framedServer, RGB565, RGB888, rectangle, serverInit, u16, u32, update } from "./testing.ts";

interface Golden {
  readonly what: string;
  readonly encoding: number;
  readonly size: readonly [number, number];
  readonly data: Uint8Array;
}

const INIT = serverInit();
const BELL = Uint8Array.of(2);
const data = (...pieces: readonly (Uint8Array | readonly number[])[]) =>
  joined(pieces.map((p) => Uint8Array.from(p)));
const golden = (
  what: string,
  encoding: number,
  size: readonly [number, number],
  bytes: Uint8Array,
): Golden => ({
  what,
  encoding,
  size,
  data: bytes,
});
const E = ENCODING;

/** RFC 6143 §7.7, §7.8 and rfbproto, with pixels of four bytes and Tight pixels of three. */
const GOLDEN: readonly Golden[] = [
  golden("raw", E.raw, [3, 2], filler(24)),
  golden("raw of no size", E.raw, [0, 5], data()),
  golden("copy-rect", E.copyRect, [3, 2], filler(4)),
  golden("rre without subrectangles", E.rre, [9, 9], data(u32(0), filler(4))),
  golden("rre with two", E.rre, [9, 9], data(u32(2), filler(4), filler(24))),
  golden("corre with three", E.corre, [9, 9], data(u32(3), filler(4), filler(24))),
  golden("hextile: raw tile", E.hextile, [3, 2], data([1], filler(24))),
  golden("hextile: background only", E.hextile, [16, 16], data([2], filler(4))),
  golden("hextile: nothing new", E.hextile, [16, 16], data([0])),
  golden(
    "hextile: subrectangles of one colour",
    E.hextile,
    [16, 16],
    data([2 | 4 | 8], filler(8), [2], filler(4)),
  ),
  golden("hextile: coloured subrectangles", E.hextile, [16, 16], data([8 | 16], [2], filler(12))),
  golden("hextile: no subrectangles after all", E.hextile, [16, 16], data([8], [0])),
  golden(
    "hextile: four tiles with short edges",
    E.hextile,
    [20, 17],
    data([0], [1], filler(4 * 64), [0], [1], filler(16)),
  ),
  golden("zlib", E.zlib, [3, 2], data(u32(7), filler(7))),
  golden("zlib of nothing", E.zlib, [3, 2], u32(0)),
  golden("zrle", E.zrle, [3, 2], data(u32(9), filler(9))),
  golden("h.264", E.openH264, [3, 2], data(u32(5), u32(1), filler(5))),
  golden("tight: fill", E.tight, [3, 2], data([0x80], filler(3))),
  golden("tight: fill that resets streams", E.tight, [3, 2], data([0x8f], filler(3))),
  golden("tight: jpeg", E.tight, [3, 2], data([0x90], [5], filler(5))),
  golden("tight: png", E.tightPng, [3, 2], data([0xa0], [5], filler(5))),
  golden("tight: too short to compress", E.tight, [3, 1], data([0x00], filler(9))),
  golden("tight: just long enough", E.tight, [4, 1], data([0x00], [3], filler(3))),
  golden("tight: explicit copy", E.tight, [4, 1], data([0x40, 0], [3], filler(3))),
  golden("tight: gradient", E.tight, [4, 4], data([0x60, 2], [9], filler(9))),
  golden("tight: two colours, plain", E.tight, [8, 11], data([0x50, 1, 1], filler(6), filler(11))),
  golden("tight: two colours, packed", E.tight, [9, 6], data([0x50, 1, 1], filler(6), [4], filler(4))),
  golden("tight: one colour", E.tight, [3, 3], data([0x40, 1, 0], filler(3), filler(3))),
  golden("tight: three colours", E.tight, [4, 3], data([0x70, 1, 2], filler(9), [6], filler(6))),
  golden("tight: 256 colours, plain", E.tight, [11, 1], data([0x40, 1, 255], filler(768), filler(11))),
  golden("tight: length of two bytes", E.tight, [90, 90], data([0x00], [0xac, 0x02], filler(300))),
  golden(
    "tight: length of three bytes",
    E.tight,
    [200, 200],
    data([0x00], [0x80, 0x80, 0x01], filler(16_384)),
  ),
  golden("desktop size", E.desktopSize, [640, 480], data()),
  golden("pointer position", E.pointerPosition, [0, 0], data()),
  golden("qemu pointer motion", E.qemuPointerMotionChange, [0, 0], data()),
  golden("qemu extended keys", E.qemuExtendedKeyEvent, [0, 0], data()),
  golden("qemu audio", E.qemuAudio, [0, 0], data()),
  golden("extended mouse buttons", E.extendedMouseButtons, [0, 0], data()),
  golden("qemu led state", E.qemuLedState, [0, 0], filler(1)),
  golden("vmware led state", E.vmwareLedState, [0, 0], filler(4)),
  golden("desktop name", E.desktopName, [0, 0], data(u32(4), filler(4))),
  golden("two screens", E.extendedDesktopSize, [640, 480], data([2, 0, 0, 0], filler(32))),
  golden("no screen", E.extendedDesktopSize, [640, 480], data([0, 0, 0, 0])),
  golden("cursor", E.cursor, [9, 2], data(filler(72), filler(4))),
  golden("cursor of no size", E.cursor, [0, 0], data()),
  golden("two-colour cursor", E.xCursor, [9, 2], data(filler(6), filler(8))),
  golden("two-colour cursor of no size", E.xCursor, [0, 0], data()),
  golden("cursor with alpha", E.cursorWithAlpha, [3, 2], data(u32(E.raw), filler(24))),
  golden("cursor with alpha in zrle", E.cursorWithAlpha, [3, 2], data(u32(E.zrle), u32(5), filler(5))),
  golden("cursor with alpha in tight", E.cursorWithAlpha, [3, 2], data(u32(E.tight), [0x80], filler(4))),
  golden("vmware cursor, masks", E.vmwareCursor, [3, 2], data([0, 0], filler(48))),
  golden("vmware cursor, alpha", E.vmwareCursor, [3, 2], data([1, 0], filler(24))),
];

const rectangleOf = ({ encoding, size: [width, height], data: bytes }: Golden) =>
  rectangle(encoding, { width, height }, bytes);

describe("a rectangle ends where its encoding says", () => {
  it.each(GOLDEN.map((one) => [one.what, one] as const))("%s", (_what, one) => {
    const stream = joined([INIT, update([rectangleOf(one)]), BELL]);
    const expected = framedServer(stream);
    expect(expected.failure).toBeUndefined();
    expect(expected.messages.map(({ type }) => type)).toEqual(["server-init", "framebuffer-update", "bell"]);
    expect(expected.messages[1]).toMatchObject({ begin: INIT.length, end: stream.length - 1, rectangles: 1 });
    const [width, height] = one.size;
    expect(expected.rectangles).toEqual([{ x: 1, y: 2, width, height, encoding: one.encoding }]);
    for (let cut = INIT.length; cut < Math.min(stream.length, 600); cut++) {
      expect(framedServer(stream, [cut])).toEqual(expected);
      expect(framedServer(stream.subarray(0, cut)).messages).toHaveLength(cut < stream.length - 1 ? 1 : 2);
    }
  });

  it("wherever a whole stream of them is cut", () => {
    const some = fc.array(fc.constantFrom(...GOLDEN), { maxLength: 6 });
    const updates = fc.array(some, { maxLength: 4 });
    fc.assert(
      fc.property(updates, fc.array(fc.nat(20_000), { maxLength: 10 }), (lists, cuts) => {
        const messages = lists.map((list) => update(list.map(rectangleOf)));
        const stream = joined([INIT, ...messages]);
        const framed = framedServer(stream, cuts);
        let end = INIT.length;
        const ends = messages.map((message) => (end += message.length));
        expect(framed.messages.slice(1).map((message) => message.end)).toEqual(ends);
        expect(framed.rectangles.map(({ encoding }) => encoding)).toEqual(
          lists.flat().map(({ encoding }) => encoding),
        );
        expect(framed.failure).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });
});

describe("the viewer's pixel format decides lengths", () => {
  const format = parsePixelFormat(RGB565);
  it.each([
    ["raw", rectangle(E.raw, { width: 3, height: 2 }, filler(12))],
    ["tight fill", rectangle(E.tight, { width: 3, height: 2 }, data([0x80], filler(2)))],
    ["tight too short to compress", rectangle(E.tight, { width: 5, height: 1 }, data([0], filler(10)))],
    ["hextile background", rectangle(E.hextile, { width: 3, height: 2 }, data([2], filler(2)))],
    ["cursor", rectangle(E.cursor, { width: 3, height: 2 }, data(filler(12), filler(2)))],
    [
      "cursor with alpha, which is always 32 bits",
      rectangle(E.cursorWithAlpha, { width: 1, height: 1 }, data(u32(0), filler(4))),
    ],
  ])("%s in 16 bits", (_what, bytes) => {
    const stream = joined([INIT, update([bytes]), BELL]);
    const framed = framedServer(stream, [], (framer) => format && framer.setPixelFormat(format));
    expect(framed).toMatchObject({ failure: undefined, position: stream.length });
    expect(framed.messages).toHaveLength(3);
  });

  it.each([
    ["rgb888", RGB888, 4, 3],
    ["rgb565", RGB565, 2, 2],
    ["8 bits of a colour map", Uint8Array.of(8, 8, 0, 0, ...new Uint8Array(12)), 1, 1],
    ["rgb101010", Uint8Array.of(32, 30, 0, 1, 3, 255, 3, 255, 3, 255, 20, 10, 0, 0, 0, 0), 4, 4],
    ["depth 32", Uint8Array.of(32, 32, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0), 4, 4],
  ])("%s", (_what, bytes, bytesPerPixel, bytesPerTightPixel) => {
    expect(parsePixelFormat(bytes)).toEqual({ bytesPerPixel, bytesPerTightPixel });
  });

  it("has 8, 16 or 32 bits and nothing else", () => {
    for (const bits of [0, 1, 15, 24, 64, 255]) {
      expect(parsePixelFormat(Uint8Array.of(bits, 24, ...RGB888.subarray(2)))).toBeUndefined();
    }
  });
});

describe("a rectangle that cannot be measured", () => {
  it.each([
    ["an encoding nobody knows", E.raw + 99, data(), "encoding 99 cannot be measured"],
    ["an rre of 2^32-1 subrectangles", E.rre, u32(0xffffffff), "rectangle of 51539607544 bytes"],
    ["zrle data of 4 GiB", E.zrle, u32(0xffffffff), "rectangle of 4294967295 bytes"],
    ["a name of 4 GiB", E.desktopName, u32(0xffffffff), "rectangle of 4294967295 bytes"],
    ["an unknown tight compression", E.tight, data([0xb0]), "tight compression 11 is unknown"],
    ["an unknown tight filter", E.tight, data([0x40, 3]), "tight filter 3 is unknown"],
    ["a cursor in a cursor", E.cursorWithAlpha, u32(E.cursorWithAlpha), "a cursor's encoding is a cursor"],
    ["an unknown vmware cursor", E.vmwareCursor, data([2, 0]), "cursor type 2 is unknown"],
  ])("ends the framing: %s", (_what, encoding, bytes, reason) => {
    const bad = update([rectangle(encoding, { width: 64, height: 64 }, bytes)]);
    const stream = joined([INIT, bad, BELL, BELL]);
    const framed = framedServer(stream);
    expect(framed.failure).toBe(reason);
    expect(framed.position).toBe(INIT.length + bad.length);
    expect(framed.messages).toHaveLength(1);
    for (let cut = INIT.length; cut < stream.length; cut++)
      expect(framedServer(stream, [cut])).toEqual(framed);
  });

  it("costs nothing when it claims a gigabyte: what passes is not kept", () => {
    const head = rectangle(E.raw, { width: 65_535, height: 65_535 });
    const before = process.memoryUsage().arrayBuffers;
    const framed = framedServer(
      joined([INIT, update([head]), filler(5_000_000)]),
      [100, 1_000_000, 4_000_000],
    );
    expect(framed).toMatchObject({ failure: undefined, rectangles: [{ width: 65_535 }] });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
  });
});

it("u16 of sizes is what a rectangle's head is made of", () => {
  expect([...rectangle(E.raw, { width: 3, height: 4 })]).toEqual([...u16(1, 2, 3, 4), 0, 0, 0, 0]);
});
