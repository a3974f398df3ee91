import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { joined } from "../bytes/testing.ts";
import { ENCODING, type PixelFormat } from "./encodings.ts";
import { framedServer } from "./testing.ts";

const E = ENCODING;
const EIGHT_BITS: PixelFormat = { bytesPerPixel: 1, bytesPerTightPixel: 1 };
const SIXTEEN_BITS: PixelFormat = { bytesPerPixel: 2, bytesPerTightPixel: 2 };

interface Recording {
  readonly name: string;
  /** What the client asked for; absent where it took the server's own format. */
  readonly format?: PixelFormat;
  readonly screen?: { readonly width: number; readonly height: number };
  readonly updates: number;
  /** Encodings that occur in it. */
  readonly encodings: readonly number[];
  readonly otherMessages?: readonly string[];
}

const RECORDINGS: readonly Recording[] = [
  { name: "raw", format: EIGHT_BITS, updates: 1, encodings: [E.raw] },
  { name: "rre", format: EIGHT_BITS, updates: 1, encodings: [E.rre] },
  { name: "copy-rect", updates: 3, encodings: [E.copyRect, E.zrle] },
  {
    name: "hextile",
    format: SIXTEEN_BITS,
    updates: 3,
    encodings: [E.copyRect, E.hextile, E.cursor, E.lastRect],
  },
  { name: "zrle", updates: 3, encodings: [E.copyRect, E.zrle, E.cursor, E.lastRect] },
  { name: "tight", updates: 3, encodings: [E.copyRect, E.tight, E.cursor, E.lastRect] },
  { name: "tight-jpeg", updates: 3, encodings: [E.tight, E.cursorWithAlpha, E.lastRect] },
  { name: "tight-16-bit", format: SIXTEEN_BITS, updates: 3, encodings: [E.tight, E.cursor] },
  {
    name: "extended-desktop-size",
    updates: 3,
    encodings: [E.zrle, E.qemuLedState, E.qemuExtendedKeyEvent, E.extendedDesktopSize],
  },
  {
    name: "desktop-size",
    screen: { width: 200, height: 150 },
    updates: 3,
    encodings: [E.zrle, E.desktopSize, E.vmwareCursor],
  },
  {
    name: "fence-and-continuous-updates",
    updates: 1,
    encodings: [E.zrle],
    otherMessages: ["fence", "end-of-continuous-updates"],
  },
];

const streamOf = ({ name }: Recording) =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}.bin`, import.meta.url)));

function framed(recording: Recording, stream: Uint8Array, cuts: readonly number[] = []) {
  const { format } = recording;
  return framedServer(stream, cuts, (framer) => format && framer.setPixelFormat(format));
}

describe.each(RECORDINGS.map((recording) => [recording.name, recording] as const))(
  "Xvnc, %s",
  (_name, recording) => {
    const stream = streamOf(recording);

    it("is framed into whole messages up to its last byte", () => {
      const { messages, rectangles, failure, position } = framed(recording, stream);
      expect(failure).toBeUndefined();
      expect(position).toBe(stream.length);
      expect(messages.at(-1)?.end).toBe(stream.length);
      expect(messages[0]).toMatchObject({
        type: "server-init",
        ...(recording.screen ?? { width: 240, height: 180 }),
      });
      const others = messages.slice(1).filter(({ type }) => type !== "framebuffer-update");
      expect(messages.length - 1 - others.length).toBe(recording.updates);
      expect(new Set(others.map(({ type }) => type))).toEqual(new Set(recording.otherMessages));
      expect(new Set(rectangles.map(({ encoding }) => encoding))).toEqual(new Set(recording.encodings));
    });

    it("has every message begin where the one before ended", () => {
      const { messages } = framed(recording, stream);
      expect(messages.map(({ begin }) => begin)).toEqual([0, ...messages.slice(0, -1).map(({ end }) => end)]);
    });

    it("is framed the same in small pieces", () => {
      const whole = framed(recording, stream);
      for (const size of [1, 7, 1448]) {
        const cuts = Array.from({ length: Math.floor(stream.length / size) }, (_, i) => (i + 1) * size);
        expect(framed(recording, stream, cuts)).toEqual(whole);
      }
    });

    it("lies whole behind another stream of its kind", () => {
      const { messages } = framed(recording, stream);
      const init = messages[0]?.end ?? 0;
      const twice = framed(recording, joined([stream, stream.subarray(init)]));
      expect(twice).toMatchObject({ failure: undefined, position: 2 * stream.length - init });
      expect(twice.messages).toHaveLength(2 * messages.length - 1);
    });
  },
);
