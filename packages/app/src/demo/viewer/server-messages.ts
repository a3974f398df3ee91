/** What the demo desktop says, byte for byte (RFC 6143 §7.3.2, §7.6 to §7.8; rfbproto for ExtendedDesktopSize). */
import { bytesOfLatin1, ENCODING, writeU16, writeU32 } from "@deskgate/wire";
import type { Rect, Size } from "../canvas/rect.ts";
import type { PointerPicture } from "../scene/pointer-pictures.ts";
import { NATIVE_FORMAT, type PixelWriter } from "./pixel-writer.ts";

const MESSAGE = { framebufferUpdate: 0, cutText: 3 } as const;
const RECTANGLE_HEAD_BYTES = 12; /* x, y, width, height, encoding */

export function serverInit({ width, height }: Size, name: string): Uint8Array {
  const message = new Uint8Array(4 /* size */ + NATIVE_FORMAT.length + 4 /* name length */ + name.length);
  writeU16(message, 0, width);
  writeU16(message, 2, height);
  message.set(NATIVE_FORMAT, 4);
  writeU32(message, 20, name.length);
  message.set(bytesOfLatin1(name), 24);
  return message;
}

export function updateHead(rectangles: number): Uint8Array {
  const message = new Uint8Array(4 /* type, padding, count */);
  message[0] = MESSAGE.framebufferUpdate;
  writeU16(message, 2, rectangles);
  return message;
}

/** A rectangle's head, with room for `dataBytes` behind it. */
export function rectangle({ x, y, width, height }: Rect, encoding: number, dataBytes = 0): Uint8Array {
  const message = new Uint8Array(RECTANGLE_HEAD_BYTES + dataBytes);
  writeU16(message, 0, x);
  writeU16(message, 2, y);
  writeU16(message, 4, width);
  writeU16(message, 6, height);
  writeU32(message, 8, encoding >>> 0);
  return message;
}

export function zrleRectangle(rect: Rect, packed: Uint8Array): Uint8Array {
  const message = rectangle(rect, ENCODING.zrle, 4 /* length */ + packed.length);
  writeU32(message, RECTANGLE_HEAD_BYTES, packed.length);
  message.set(packed, RECTANGLE_HEAD_BYTES + 4);
  return message;
}

/** Why the screen has its size (rfbproto, "ExtendedDesktopSize"): `reason` who asked, `status` how it went. */
export interface SizeNews {
  readonly reason: number;
  readonly status: number;
}

export function sizeRectangle({ width, height }: Size, news: SizeNews): Uint8Array {
  const head = { x: news.reason, y: news.status, width, height };
  const message = rectangle(head, ENCODING.extendedDesktopSize, 4 /* count, padding */ + 16 /* one screen */);
  message[RECTANGLE_HEAD_BYTES] = 1;
  writeU16(message, RECTANGLE_HEAD_BYTES + 12, width);
  writeU16(message, RECTANGLE_HEAD_BYTES + 14, height);
  return message;
}

export function cursorRectangle({ hotX, hotY, rows }: PointerPicture, writer: PixelWriter): Uint8Array {
  const width = rows[0]?.length ?? 0;
  const rowBytes = Math.ceil(width / 8);
  const pixelBytes = width * rows.length * writer.bytes;
  const head = { x: hotX, y: hotY, width, height: rows.length };
  const message = rectangle(head, ENCODING.cursor, pixelBytes + rowBytes * rows.length);
  const mask = RECTANGLE_HEAD_BYTES + pixelBytes;
  rows.forEach((row, y) => {
    [...row].forEach((dot, x) => {
      if (dot === " ") return;
      const at = RECTANGLE_HEAD_BYTES + (y * width + x) * writer.bytes;
      writer.write(message, at, dot === "X" ? 0x17212a : 0xffffff);
      const maskAt = mask + y * rowBytes + (x >> 3);
      message[maskAt] = (message[maskAt] ?? 0) | (0x80 >> (x & 7));
    });
  });
  return message;
}

/** Characters that Latin-1 lacks become question marks, as RFC 6143 §7.6.4 knows no others. */
export function cutText(text: string): Uint8Array {
  const latin1 = Array.from(text, (character) => (character <= "ÿ" ? character : "?")).join("");
  const message = new Uint8Array(8 /* type, padding, length */ + latin1.length);
  message[0] = MESSAGE.cutText;
  writeU32(message, 4, latin1.length);
  message.set(bytesOfLatin1(latin1), 8);
  return message;
}
