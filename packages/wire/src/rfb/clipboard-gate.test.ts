import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteGate } from "../bytes/byte-gate.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { RfbClipboardGate } from "./clipboard-gate.ts";
import { ENCODING } from "./encodings.ts";
import { watchedFromHandshake } from "./handshake-watch.ts";
import { filler, RGB565, rectangle, serverInit, u16, u32, update } from "./testing.ts";

const CLOSED = { clipboardToMachine: false, clipboardFromMachine: false };

/** What passes, and why it ended if it did. */
function through(gate: ByteGate, stream: Uint8Array, cuts: readonly number[] = []) {
  const passed: Uint8Array[] = [];
  let refused: string | undefined;
  for (const chunk of chunked(stream, cuts))
    refused ??= gate.push(chunk, (bytes) => void passed.push(bytes.slice()));
  return { passed: joined(passed), refused };
}

const cutText = (type: 3 | 6, length: number, marksExtended = false) =>
  joined([Uint8Array.of(type, 0, 0, 0), u32((marksExtended ? -length : length) >>> 0), filler(length)]);
const picture = update([rectangle(ENCODING.raw, { width: 3, height: 2 }, filler(24))]);
const bell = Uint8Array.of(2);
const key = joined([Uint8Array.of(4, 1, 0, 0), u32(0x61)]);
const ask = joined([Uint8Array.of(3, 1), u16(0, 0, 640, 480)]);
const setEncodings = (...encodings: readonly number[]) =>
  joined([Uint8Array.of(2, 0), u16(encodings.length), u32(...encodings.map((one) => one >>> 0))]);
const setPixelFormat = (format: Uint8Array) => joined([Uint8Array.of(0, 0, 0, 0), format]);

const cutsOf = (stream: Uint8Array) => fc.uniqueArray(fc.nat({ max: stream.length }), { maxLength: 12 });

describe("a clipboard that is closed from the machine", () => {
  const kept = [serverInit(), picture, bell, picture];
  const stream = joined([
    serverInit(),
    cutText(3, 40),
    picture,
    cutText(3, 0),
    bell,
    cutText(3, 12, true),
    cutText(3, 70_000),
    picture,
  ]);

  it("loses cut text and nothing else, wherever the stream is cut", () => {
    fc.assert(
      fc.property(cutsOf(stream), (cuts) => {
        const { passed, refused } = through(new RfbClipboardGate(CLOSED).toViewer, stream, cuts);
        expect(refused).toBeUndefined();
        expect(passed).toEqual(joined(kept));
      }),
      { numRuns: 60 },
    );
    const short = joined([serverInit(), cutText(3, 20), picture, bell, cutText(3, 3)]);
    for (let cut = 0; cut <= short.length; cut++) {
      const { passed } = through(new RfbClipboardGate(CLOSED).toViewer, short, [cut]);
      expect(passed).toEqual(joined([serverInit(), picture, bell]));
    }
  });

  it("holds nothing else back: what has arrived of a picture has passed", () => {
    const { passed } = through(
      new RfbClipboardGate(CLOSED).toViewer,
      joined([serverInit(), picture.subarray(0, 20)]),
    );
    expect(passed).toEqual(joined([serverInit(), picture.subarray(0, 20)]));
  });

  it("lets text out where that direction is open", () => {
    const gate = new RfbClipboardGate({ clipboardToMachine: false, clipboardFromMachine: true });
    expect(through(gate.toViewer, stream).passed).toEqual(stream);
  });

  it.each([
    ["an unknown message", Uint8Array.of(77)],
    ["an encoding that nobody asked for", update([rectangle(21, { width: 1, height: 1 }, [0])])],
    ["text of 2 GiB", joined([Uint8Array.of(3, 0, 0, 0), u32(0x7fffffff)])],
  ])("ends at %s", (_what, bytes) => {
    const { refused } = through(new RfbClipboardGate(CLOSED).toViewer, joined([serverInit(), bytes]));
    expect(refused).toMatch(/unknown|cannot be measured|cut text of/);
  });

  it("never throws, and never passes what was not sent", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const stream = joined([serverInit(), bytes]);
        const { passed } = through(new RfbClipboardGate(CLOSED).toViewer, stream);
        expect(passed.length).toBeLessThanOrEqual(stream.length);
      }),
    );
  });
});

describe("a clipboard that is closed to the machine", () => {
  it("loses cut text and nothing else, wherever the stream is cut", () => {
    const stream = joined([
      setEncodings(ENCODING.tight, ENCODING.raw),
      cutText(6, 30),
      key,
      ask,
      cutText(6, 9, true),
      key,
    ]);
    const kept = joined([setEncodings(ENCODING.tight, ENCODING.raw), key, ask, key]);
    for (let cut = 0; cut <= stream.length; cut++)
      expect(through(new RfbClipboardGate(CLOSED).toMachine, stream, [cut]).passed).toEqual(kept);
  });

  it("never lets the viewer ask for the extended clipboard, or for what cannot be measured", () => {
    const wishes = [ENCODING.tight, 21, -26, -254, ENCODING.extendedClipboard, ENCODING.lastRect, 0x7fff];
    const { passed } = through(new RfbClipboardGate(CLOSED).toMachine, setEncodings(...wishes));
    expect(passed).toEqual(setEncodings(ENCODING.tight, -26, -254, ENCODING.lastRect));
  });

  it("follows the viewer's pixel format, which is chosen before the first picture", () => {
    const gate = new RfbClipboardGate(CLOSED);
    expect(through(gate.toViewer, serverInit()).refused).toBeUndefined();
    expect(through(gate.toMachine, joined([setPixelFormat(RGB565), ask])).refused).toBeUndefined();
    const smaller = update([rectangle(ENCODING.raw, { width: 3, height: 2 }, filler(12))]);
    expect(through(gate.toViewer, joined([smaller, cutText(3, 8), bell])).passed).toEqual(
      joined([smaller, bell]),
    );
    expect(through(gate.toMachine, setPixelFormat(RGB565)).refused).toMatch(/mid-stream/);
  });

  it("knows the longer pointer messages of a machine that announced them", () => {
    const gate = new RfbClipboardGate(CLOSED);
    const announced = update([rectangle(ENCODING.extendedMouseButtons, { width: 0, height: 0 })]);
    through(gate.toViewer, joined([serverInit(), announced]));
    const pointer = Uint8Array.of(5, 0x80, 0, 1, 0, 2, 3);
    const { passed, refused } = through(gate.toMachine, joined([pointer, cutText(6, 5), pointer]));
    expect({ passed, refused }).toEqual({ passed: joined([pointer, pointer]), refused: undefined });
  });
});

describe("a gate that begins with the handshake", () => {
  const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const version = (text: string) => latin(`RFB 003.00${text}\n`);

  /** Who says what, in turn. */
  const HANDSHAKES: readonly (readonly [string, readonly (readonly ["machine" | "viewer", Uint8Array])[]])[] =
    [
      [
        "3.8 with a password",
        [
          ["machine", version("8")],
          ["viewer", version("8")],
          ["machine", Uint8Array.of(1, 2)],
          ["viewer", Uint8Array.of(2)],
          ["machine", filler(16)],
          ["viewer", filler(16)],
          ["machine", u32(0)],
          ["viewer", Uint8Array.of(1)],
        ],
      ],
      [
        "3.8 without",
        [
          ["machine", version("8")],
          ["viewer", version("8")],
          ["machine", Uint8Array.of(1, 1)],
          ["viewer", Uint8Array.of(1)],
          ["machine", u32(0)],
          ["viewer", Uint8Array.of(1)],
        ],
      ],
      [
        "3.7 without",
        [
          ["machine", version("8")],
          ["viewer", version("7")],
          ["machine", Uint8Array.of(1, 1)],
          ["viewer", Uint8Array.of(1)],
          ["viewer", Uint8Array.of(1)],
        ],
      ],
      [
        "3.3 with a password",
        [
          ["machine", version("3")],
          ["viewer", version("3")],
          ["machine", u32(2)],
          ["machine", filler(16)],
          ["viewer", filler(16)],
          ["machine", u32(0)],
          ["viewer", Uint8Array.of(1)],
        ],
      ],
    ];

  it.each(HANDSHAKES)(
    "passes %s untouched in any pieces, and closes the clipboard after it",
    (_what, says) => {
      const gate = watchedFromHandshake(new RfbClipboardGate(CLOSED));
      const of = { machine: gate.toViewer, viewer: gate.toMachine };
      for (const [who, bytes] of says)
        expect(through(of[who], bytes, [1, 2, 3])).toEqual({ passed: bytes, refused: undefined });
      expect(through(gate.toViewer, joined([serverInit(), cutText(3, 9), bell])).passed).toEqual(
        joined([serverInit(), bell]),
      );
      expect(through(gate.toMachine, joined([cutText(6, 9), key])).passed).toEqual(key);
    },
  );

  it("lets the machine say why not, and the viewer nothing more", () => {
    const gate = watchedFromHandshake(new RfbClipboardGate(CLOSED));
    through(gate.toViewer, version("8"));
    through(gate.toMachine, version("8"));
    const no = joined([Uint8Array.of(0), u32(3), latin("no!")]);
    expect(through(gate.toViewer, no)).toEqual({ passed: no, refused: undefined });
    expect(through(gate.toMachine, key).refused).toMatch(/said no/);
  });

  it("offers the viewer only what it can follow", () => {
    const gate = watchedFromHandshake(new RfbClipboardGate(CLOSED));
    through(gate.toViewer, version("8"));
    through(gate.toMachine, version("8"));
    expect(through(gate.toViewer, Uint8Array.of(4, 19, 16, 2, 30), [1, 3]).passed).toEqual(
      Uint8Array.of(1, 2),
    );
  });

  it("refuses what it cannot watch, and whoever does not wait", () => {
    const gate = watchedFromHandshake(new RfbClipboardGate(CLOSED));
    through(gate.toViewer, version("8"));
    expect(through(gate.toViewer, Uint8Array.of(1)).refused).toMatch(/out of turn/);
    const other = watchedFromHandshake(new RfbClipboardGate(CLOSED));
    through(other.toViewer, version("8"));
    through(other.toMachine, version("8"));
    expect(through(other.toViewer, Uint8Array.of(1, 19)).refused).toMatch(/security type 19/);
    const web = watchedFromHandshake(new RfbClipboardGate(CLOSED));
    expect(through(web.toViewer, latin("HTTP/1.1 400")).refused).toMatch(/rfb/);
  });
});
