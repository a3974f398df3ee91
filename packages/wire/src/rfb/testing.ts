/** RFB peers for tests: messages and rectangles written by hand from RFC 6143 and rfbproto, and a note of what a framer said. */
import { writeU16, writeU32 } from "../bytes/big-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { type ClientMessage, ClientMessageFramer } from "./client-messages.ts";
import type { Rectangle } from "./rectangle-data.ts";
import { type ServerMessage, ServerMessageFramer } from "./server-messages.ts";

export interface Framed<Message> {
  readonly messages: readonly (Message & { readonly begin: number; readonly end: number })[];
  readonly rectangles: readonly Rectangle[];
  readonly failure: string | undefined;
  readonly position: number;
}

/** Feeds a server's stream cut at `cuts`. `prepare` may set a pixel format before anything but ServerInit is fed. */
export function framedServer(
  stream: Uint8Array,
  cuts: readonly number[] = [],
  prepare: (framer: ServerMessageFramer) => void = () => {},
): Framed<ServerMessage> {
  const messages: (ServerMessage & { begin: number; end: number })[] = [];
  const rectangles: Rectangle[] = [];
  const framer: ServerMessageFramer = new ServerMessageFramer({
    onMessage(message, begin, end) {
      messages.push({ ...message, begin, end });
      if (message.type === "server-init") prepare(framer);
    },
    onRectangle: (rectangle) => rectangles.push(rectangle),
  });
  for (const chunk of chunked(stream, cuts)) framer.feed(chunk);
  return { messages, rectangles, failure: framer.failure, position: framer.position };
}

export function framedClient(
  stream: Uint8Array,
  cuts: readonly number[] = [],
  hasExtendedMouseButtons = false,
): Framed<ClientMessage> {
  const messages: (ClientMessage & { begin: number; end: number })[] = [];
  const framer = new ClientMessageFramer({
    onMessage: (message, begin, end) => messages.push({ ...message, begin, end }),
  });
  if (hasExtendedMouseButtons) framer.allowExtendedMouseButtons();
  for (const chunk of chunked(stream, cuts)) framer.feed(chunk);
  return { messages, rectangles: [], failure: framer.failure, position: framer.position };
}

export const RGB888 = Uint8Array.of(32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0);
export const RGB565 = Uint8Array.of(16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0);

export function serverInit(format: Uint8Array = RGB888, name = "demo"): Uint8Array {
  return joined([u16(640, 480), format, u32(name.length), Uint8Array.from(name, (c) => c.charCodeAt(0))]);
}

/** A framebuffer update of whole rectangles; `announced` may lie about their number. */
export function update(rectangles: readonly Uint8Array[], announced = rectangles.length): Uint8Array {
  return joined([Uint8Array.of(0, 0), u16(announced), ...rectangles]);
}

/** A rectangle at (1, 2); `data` follows its head. */
export function rectangle(
  encoding: number,
  size: { readonly width: number; readonly height: number },
  data: Uint8Array | readonly number[] = [],
): Uint8Array {
  return joined([u16(1, 2, size.width, size.height), u32(encoding >>> 0), Uint8Array.from(data)]);
}

export function u16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  values.forEach((value, i) => {
    writeU16(bytes, 2 * i, value);
  });
  return bytes;
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, i) => {
    writeU32(bytes, 4 * i, value);
  });
  return bytes;
}

/** Bytes that look like any data and like no message's head in particular. */
export function filler(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 89 + 17) & 255);
}
