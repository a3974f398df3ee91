/** Turns the canvas's pixels into those a viewer asked for (RFC 6143 §7.4): true colour of 8, 16 or 32 bits. */
import { PIXEL_FORMAT_BYTES } from "@deskgate/wire";

/** Writes 0xRRGGBB at `at`. */
export type WritePixel = (target: Uint8Array, at: number, rgb: number) => void;

export interface PixelWriter {
  readonly bytes: number;
  readonly write: WritePixel;
  /** ZRLE's CPIXEL (§7.7.6): three bytes where a 32-bit pixel has its colours in three. */
  readonly compactBytes: number;
  readonly writeCompact: WritePixel;
}

/** What ServerInit announces: 32 bits, depth 24, little-endian, the canvas's own 0xRRGGBB. */
export const NATIVE_FORMAT = Uint8Array.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);

interface Channel {
  readonly max: number;
  readonly shift: number;
}

/** The writer for the 16 bytes of a pixel format; `undefined` for colour maps and impossible formats. */
export function pixelWriterOf(format: Uint8Array): PixelWriter | undefined {
  const view = new DataView(format.buffer, format.byteOffset, PIXEL_FORMAT_BYTES);
  const bits = view.getUint8(0);
  const depth = view.getUint8(1);
  const isBigEndian = view.getUint8(2) !== 0;
  const isTrueColour = view.getUint8(3) !== 0;
  const channels = [0, 1, 2].map((i) => ({ max: view.getUint16(4 + 2 * i), shift: view.getUint8(10 + i) }));
  if (![8, 16, 32].includes(bits) || !isTrueColour || !channels.every((one) => fits(one, bits)))
    return undefined;
  const [red, green, blue] = channels as [Channel, Channel, Channel]; // three by the line that made them
  const packed = (rgb: number) =>
    (scaled((rgb >> 16) & 255, red) | scaled((rgb >> 8) & 255, green) | scaled(rgb & 255, blue)) >>> 0;
  const bytes = bits / 8;
  const used = channels.reduce((mask, { max, shift }) => (mask | (max << shift)) >>> 0, 0);
  const isCompact = bits === 32 && depth <= 24;
  const spare = isCompact && used <= 0xffffff ? 0 : isCompact && (used & 255) === 0 ? 8 : undefined;
  const write = writerOf(bytes, isBigEndian, packed);
  if (spare === undefined) return { bytes, write, compactBytes: bytes, writeCompact: write };
  return {
    bytes,
    write,
    compactBytes: 3,
    writeCompact: writerOf(3, isBigEndian, (rgb) => packed(rgb) >>> spare),
  };
}

function fits({ max, shift }: Channel, bits: number): boolean {
  return 0 < max && shift < bits && max * 2 ** shift < 2 ** bits;
}

function scaled(level: number, { max, shift }: Channel): number {
  return (max === 255 ? level : Math.round((level * max) / 255)) << shift;
}

function writerOf(bytes: number, isBigEndian: boolean, packed: (rgb: number) => number): WritePixel {
  return (target, at, rgb) => {
    const value = packed(rgb);
    for (let i = 0; i < bytes; i++)
      target[at + i] = (value >>> (8 * (isBigEndian ? bytes - 1 - i : i))) & 255;
  };
}
