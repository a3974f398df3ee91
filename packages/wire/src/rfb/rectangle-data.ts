/**
 * How long a rectangle's data is, in each encoding, without decoding a pixel.
 *
 * RFC 6143 §7.7; Tight and the pseudo-encodings beyond the RFC after the community's rfbproto document. An encoding
 * that is not here cannot be measured and ends the framing: whoever frames must keep it out of SetEncodings.
 */
import { readS32, readU8, readU16, readU32 } from "../bytes/big-endian.ts";
import { ENCODING, type PixelFormat } from "./encodings.ts";
import { FramingError, type MessageParser } from "./message-parser.ts";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly encoding: number;
}

type Measure = (rectangle: Rectangle, format: PixelFormat) => MessageParser;

const nothing: Measure = function* () {};
/** LIMIT: one compressed rectangle; 16384 x 16384 pixels of 4 bytes. */
const MAX_RECTANGLE_BYTES = 0x40000000;

const MEASURES = new Map<number, Measure>([
  [
    ENCODING.raw,
    function* ({ width, height }, { bytesPerPixel }) {
      yield { skip: width * height * bytesPerPixel };
    },
  ],
  [
    ENCODING.copyRect,
    function* () {
      yield { skip: 4 /* source x, y */ };
    },
  ],
  [ENCODING.rre, rre(8 /* x, y, width, height */)],
  [ENCODING.corre, rre(4 /* x, y, width, height */)],
  [ENCODING.hextile, hextile],
  [ENCODING.zlib, lengthPrefixed(0)],
  [ENCODING.zrle, lengthPrefixed(0)],
  [ENCODING.openH264, lengthPrefixed(4 /* flags */)],
  [ENCODING.tight, tight],
  [ENCODING.tightPng, tight],
  [ENCODING.desktopSize, nothing],
  [ENCODING.lastRect, nothing],
  [ENCODING.pointerPosition, nothing],
  [ENCODING.qemuPointerMotionChange, nothing],
  [ENCODING.qemuExtendedKeyEvent, nothing],
  [ENCODING.qemuAudio, nothing],
  [ENCODING.xvp, nothing],
  [ENCODING.continuousUpdates, nothing],
  [ENCODING.extendedMouseButtons, nothing],
  [
    ENCODING.qemuLedState,
    function* () {
      yield { skip: 1 };
    },
  ],
  [
    ENCODING.vmwareLedState,
    function* () {
      yield { skip: 4 };
    },
  ],
  [ENCODING.desktopName, lengthPrefixed(0)],
  [ENCODING.extendedDesktopSize, extendedDesktopSize],
  [
    ENCODING.cursor,
    function* (r, { bytesPerPixel }) {
      yield { skip: r.width * r.height * bytesPerPixel + maskBytes(r) };
    },
  ],
  [
    ENCODING.xCursor,
    function* (r) {
      yield { skip: r.width * r.height === 0 ? 0 : 6 /* two colours */ + 2 * maskBytes(r) };
    },
  ],
  [ENCODING.cursorWithAlpha, cursorWithAlpha],
  [ENCODING.vmwareCursor, vmwareCursor],
]);

/** Quality and compression, and what fine-tunes them: wishes that are never an encoding of a rectangle. */
const WISHES = [
  { first: -32, last: -23 },
  { first: -256, last: -247 },
  { first: -512, last: -412 },
  { first: -768, last: -763 },
] as const;

/** Whether a server that is asked for this encoding still sends nothing but what can be measured. */
export function isMeasurable(encoding: number): boolean {
  return MEASURES.has(encoding) || WISHES.some(({ first, last }) => first <= encoding && encoding <= last);
}

/** Passes over one rectangle's data. */
export function* rectangleData(rectangle: Rectangle, format: PixelFormat): MessageParser {
  const measure = MEASURES.get(rectangle.encoding);
  if (!measure) throw new FramingError(`encoding ${rectangle.encoding} cannot be measured`);
  yield* measure(rectangle, format);
}

/** One bit per pixel, rows padded to bytes. */
function maskBytes({ width, height }: Rectangle): number {
  return Math.ceil(width / 8) * height;
}

function rre(subrectangleBytes: number): Measure {
  return function* (_rectangle, { bytesPerPixel }) {
    const count = readU32(yield { read: 4 }, 0);
    const bytes = bytesPerPixel + count * (bytesPerPixel + subrectangleBytes);
    yield { skip: checkedLength(bytes) };
  };
}

function lengthPrefixed(headerBytes: number): Measure {
  return function* () {
    const head = yield { read: 4 /* length */ + headerBytes };
    yield { skip: checkedLength(readU32(head, 0)) };
  };
}

function checkedLength(bytes: number): number {
  if (MAX_RECTANGLE_BYTES < bytes) throw new FramingError(`rectangle of ${bytes} bytes`);
  return bytes;
}

const HEXTILE = { raw: 1, background: 2, foreground: 4, anySubrectangles: 8, coloured: 16 } as const;
const HEXTILE_SIDE = 16;

/** RFC 6143 §7.7.4: tiles of 16 x 16, left to right, top to bottom. */
function* hextile({ width, height }: Rectangle, { bytesPerPixel }: PixelFormat): MessageParser {
  for (let y = 0; y < height; y += HEXTILE_SIDE) {
    for (let x = 0; x < width; x += HEXTILE_SIDE) {
      const pixels = Math.min(HEXTILE_SIDE, width - x) * Math.min(HEXTILE_SIDE, height - y);
      yield* hextileTile(pixels, bytesPerPixel);
    }
  }
}

function* hextileTile(pixels: number, bytesPerPixel: number): MessageParser {
  const flags = readU8(yield { read: 1 }, 0);
  if ((flags & HEXTILE.raw) !== 0) {
    yield { skip: pixels * bytesPerPixel };
    return;
  }
  const colours = ((flags & HEXTILE.background) === 0 ? 0 : 1) + ((flags & HEXTILE.foreground) === 0 ? 0 : 1);
  yield { skip: colours * bytesPerPixel };
  if ((flags & HEXTILE.anySubrectangles) === 0) return;
  const count = readU8(yield { read: 1 }, 0);
  yield { skip: count * (2 /* place and size */ + ((flags & HEXTILE.coloured) === 0 ? 0 : bytesPerPixel)) };
}

const TIGHT = { fill: 8, jpeg: 9, png: 10, explicitFilter: 4 } as const;
const TIGHT_FILTER = { copy: 0, palette: 1, gradient: 2 } as const;
/** Shorter data than this is not compressed and has no length. */
const TIGHT_PLAIN_BYTES = 12;

function* tight({ width, height }: Rectangle, format: PixelFormat): MessageParser {
  const control = readU8(yield { read: 1 }, 0) >> 4;
  if (control === TIGHT.fill) yield { skip: format.bytesPerTightPixel };
  else if (control === TIGHT.jpeg || control === TIGHT.png) yield* compactLengthPrefixed();
  else if (control < TIGHT.fill) yield* tightBasic(control, { width, height }, format.bytesPerTightPixel);
  else throw new FramingError(`tight compression ${control} is unknown`);
}

function* tightBasic(
  control: number,
  size: { readonly width: number; readonly height: number },
  pixelBytes: number,
): MessageParser {
  const filter = (control & TIGHT.explicitFilter) === 0 ? TIGHT_FILTER.copy : readU8(yield { read: 1 }, 0);
  let bytes = size.width * size.height * pixelBytes;
  if (filter === TIGHT_FILTER.palette) {
    const colours = readU8(yield { read: 1 }, 0) + 1;
    yield { skip: colours * pixelBytes };
    bytes = colours <= 2 ? Math.ceil(size.width / 8) * size.height : size.width * size.height;
  } else if (filter !== TIGHT_FILTER.copy && filter !== TIGHT_FILTER.gradient) {
    throw new FramingError(`tight filter ${filter} is unknown`);
  }
  if (bytes < TIGHT_PLAIN_BYTES) yield { skip: bytes };
  else yield* compactLengthPrefixed();
}

/** One to three bytes, seven bits each, least significant first; the third carries eight. */
function* compactLengthPrefixed(): MessageParser {
  const first = readU8(yield { read: 1 }, 0);
  let length = first & 127;
  if (127 < first) {
    const second = readU8(yield { read: 1 }, 0);
    length |= (second & 127) << 7;
    if (127 < second) length |= readU8(yield { read: 1 }, 0) << 14;
  }
  yield { skip: length };
}

function* extendedDesktopSize(): MessageParser {
  const screens = readU8(yield { read: 4 /* count, padding */ }, 0);
  yield { skip: screens * 16 };
}

/** The cursor's pixels come in an encoding of their own, always as 32-bit RGBA. */
function* cursorWithAlpha(rectangle: Rectangle): MessageParser {
  const encoding = readS32(yield { read: 4 }, 0);
  if (encoding === ENCODING.cursorWithAlpha) throw new FramingError("a cursor's encoding is a cursor");
  yield* rectangleData({ ...rectangle, encoding }, { bytesPerPixel: 4, bytesPerTightPixel: 4 });
}

function* vmwareCursor({ width, height }: Rectangle, { bytesPerPixel }: PixelFormat): MessageParser {
  const type = readU16(yield { read: 2 /* type, padding */ }, 0) >> 8;
  if (1 < type) throw new FramingError(`cursor type ${type} is unknown`);
  yield { skip: width * height * (type === 0 ? 2 * bytesPerPixel : 4) };
}
