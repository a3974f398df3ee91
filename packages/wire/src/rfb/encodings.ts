/** Encoding numbers (RFC 6143 §7.6.1, §7.7, §7.8, and the community's registry). Signed 32-bit on the wire. */
export const ENCODING = {
  raw: 0,
  copyRect: 1,
  rre: 2,
  corre: 4,
  hextile: 5,
  zlib: 6,
  tight: 7,
  zrle: 16,
  openH264: 50,
  tightPng: -260,

  desktopSize: -223,
  lastRect: -224,
  pointerPosition: -232,
  cursor: -239,
  xCursor: -240,
  qemuPointerMotionChange: -257,
  qemuExtendedKeyEvent: -258,
  qemuAudio: -259,
  qemuLedState: -261,
  desktopName: -307,
  extendedDesktopSize: -308,
  xvp: -309,
  fence: -312,
  continuousUpdates: -313,
  cursorWithAlpha: -314,
  extendedMouseButtons: -316,
  vmwareCursor: 0x574d5664,
  vmwareLedState: 0x574d5668,
  extendedClipboard: 0xc0a1e5ce | 0,
} as const;

/** The 16 bytes of a pixel format (RFC 6143 §7.4), as far as lengths depend on it. */
export interface PixelFormat {
  readonly bytesPerPixel: number;
  /** Tight's TPIXEL and ZRLE's CPIXEL take three bytes where 24 of 32 bits carry eight-bit colours. */
  readonly bytesPerTightPixel: number;
}

export const PIXEL_FORMAT_BYTES = 16;

/** Reads a pixel format; `undefined` where no such format exists (RFC 6143 allows 8, 16 and 32 bits). */
export function parsePixelFormat(bytes: Uint8Array): PixelFormat | undefined {
  const [
    bitsPerPixel = 0,
    depth = 0,
    ,
    isTrueColour = 0,
    redHigh = 0,
    redLow = 0,
    greenHigh = 0,
    greenLow = 0,
    blueHigh = 0,
    blueLow = 0,
  ] = bytes;
  if (![8, 16, 32].includes(bitsPerPixel)) return undefined;
  const areEightBit =
    [redHigh, greenHigh, blueHigh].every((high) => high === 0) &&
    [redLow, greenLow, blueLow].every((low) => low === 255);
  const isPacked = bitsPerPixel === 32 && depth === 24 && isTrueColour !== 0 && areEightBit;
  return { bytesPerPixel: bitsPerPixel / 8, bytesPerTightPixel: isPacked ? 3 : bitsPerPixel / 8 };
}
