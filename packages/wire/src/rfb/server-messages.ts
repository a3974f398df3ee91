/**
 * Where each message from an RFB server begins and ends (RFC 6143 §7.3.2, §7.6), from ServerInit on.
 *
 * It decodes no pixel and holds no message back; roles, clipboard policy, recording and re-dialling cut the stream at
 * these boundaries. An unknown message ends the framing, because nobody can tell where the next one begins.
 */
import { readS32, readU8, readU16, readU32 } from "../bytes/big-endian.ts";
import { ENCODING, PIXEL_FORMAT_BYTES, type PixelFormat, parsePixelFormat } from "./encodings.ts";
import { FramingError, MessageFramer, type MessageParser } from "./message-parser.ts";
import { type Rectangle, rectangleData } from "./rectangle-data.ts";

export type ServerMessage =
  | { readonly type: "server-init"; readonly width: number; readonly height: number; readonly name: string }
  | { readonly type: "framebuffer-update"; readonly rectangles: number }
  | { readonly type: "set-colour-map" }
  | { readonly type: "bell" }
  | { readonly type: "cut-text"; readonly textBytes: number; readonly isExtended: boolean }
  | { readonly type: "end-of-continuous-updates" }
  | { readonly type: "fence" }
  | { readonly type: "xvp" }
  | { readonly type: "qemu-audio" };

/** `message` occupies the bytes [`begin`, `end`) of the stream. */
export interface ServerSink {
  onMessage(message: ServerMessage, begin: number, end: number): void;
  /** A message of this type begins, before anything else of it is known. */
  onBegin?(type: number, begin: number): void;
  /** Each rectangle of an update, when its header is known. */
  onRectangle?(rectangle: Rectangle): void;
}

/** LIMIT: a desktop's name; longer ones are no names. */
const MAX_NAME_BYTES = 4096;
/** LIMIT: clipboard text in one message. */
const MAX_CUT_TEXT_BYTES = 256 * 1024 * 1024;
/** RFC 6143 allows 65535 rectangles; with LastRect that number means "until told". */
const UNTIL_LAST_RECT = 0xffff;

export class ServerMessageFramer extends MessageFramer {
  readonly #format: { current: PixelFormat };

  constructor(sink: ServerSink) {
    const format: { current: PixelFormat } = { current: { bytesPerPixel: 4, bytesPerTightPixel: 3 } };
    super((position) => serverMessages(sink, format, position));
    this.#format = format;
  }

  /** The client has asked for another pixel format; updates that follow use it. */
  setPixelFormat(format: PixelFormat): void {
    this.#format.current = format;
  }
}

type Read<Result> = Generator<{ readonly read: number } | { readonly skip: number }, Result, Uint8Array>;

function* serverMessages(
  sink: ServerSink,
  format: { current: PixelFormat },
  position: () => number,
): MessageParser {
  const init = yield* serverInit(format);
  sink.onMessage(init, 0, position());
  for (;;) {
    const begin = position();
    const type = readU8(yield { read: 1 }, 0);
    sink.onBegin?.(type, begin);
    const message = yield* serverMessage(type, sink, format);
    sink.onMessage(message, begin, position());
  }
}

function* serverInit(format: { current: PixelFormat }): Read<ServerMessage> {
  const head = yield { read: 4 /* width, height */ + PIXEL_FORMAT_BYTES + 4 /* name length */ };
  const native = parsePixelFormat(head.subarray(4));
  if (!native) throw new FramingError("pixel format is not possible");
  format.current = native;
  const nameBytes = readU32(head, 20);
  if (MAX_NAME_BYTES < nameBytes) throw new FramingError(`name of ${nameBytes} bytes`);
  const name = nameBytes === 0 ? new Uint8Array(0) : yield { read: nameBytes };
  return {
    type: "server-init",
    width: readU16(head, 0),
    height: readU16(head, 2),
    name: String.fromCharCode(...name),
  };
}

function* serverMessage(
  type: number,
  sink: ServerSink,
  format: { readonly current: PixelFormat },
): Read<ServerMessage> {
  switch (type) {
    case 0:
      return yield* framebufferUpdate(sink, format.current);
    case 1:
      return yield* colourMap();
    case 2:
      return { type: "bell" };
    case 3:
      return yield* serverCutText();
    case 150:
      return { type: "end-of-continuous-updates" };
    case 248:
      return yield* fence();
    case 250:
      yield { skip: 3 /* padding, version, code */ };
      return { type: "xvp" };
    case 255:
      return yield* qemuServerMessage();
    default:
      throw new FramingError(`server message ${type} is unknown`);
  }
}

function* framebufferUpdate(sink: ServerSink, format: PixelFormat): Read<ServerMessage> {
  const announced = readU16(yield { read: 3 /* padding, count */ }, 1);
  let seen = 0;
  while (seen < announced || announced === UNTIL_LAST_RECT) {
    const head = yield { read: 12 /* x, y, width, height, encoding */ };
    const rectangle: Rectangle = {
      x: readU16(head, 0),
      y: readU16(head, 2),
      width: readU16(head, 4),
      height: readU16(head, 6),
      encoding: readS32(head, 8),
    };
    sink.onRectangle?.(rectangle);
    if (rectangle.encoding === ENCODING.lastRect) break;
    yield* rectangleData(rectangle, format);
    seen += 1;
  }
  return { type: "framebuffer-update", rectangles: seen };
}

function* colourMap(): Read<ServerMessage> {
  const head = yield { read: 5 /* padding, first, count */ };
  yield { skip: 6 * readU16(head, 3) };
  return { type: "set-colour-map" };
}

function* serverCutText(): Read<ServerMessage> {
  const length = readS32(yield { read: 7 /* padding, length */ }, 3);
  return yield* cutTextBody(length);
}

/** A negative length marks the extended clipboard (rfbproto, "Extended Clipboard Pseudo-Encoding"). */
function* cutTextBody(length: number): Read<{ type: "cut-text"; textBytes: number; isExtended: boolean }> {
  const textBytes = Math.abs(length);
  if (MAX_CUT_TEXT_BYTES < textBytes) throw new FramingError(`cut text of ${textBytes} bytes`);
  yield { skip: textBytes };
  return { type: "cut-text", textBytes, isExtended: length < 0 };
}

function* fence(): Read<{ type: "fence" }> {
  const head = yield { read: 8 /* padding, flags, length */ };
  const length = readU8(head, 7);
  if (64 < length) throw new FramingError(`fence of ${length} bytes`);
  yield { skip: length };
  return { type: "fence" };
}

/** QEMU audio (rfbproto, "QEMU Audio Server Message"): 0 end, 1 begin, 2 data with a length. */
function* qemuServerMessage(): Read<ServerMessage> {
  const head = yield { read: 3 /* subtype, operation */ };
  if (readU8(head, 0) !== 1) throw new FramingError(`qemu server message ${readU8(head, 0)} is unknown`);
  const operation = readU16(head, 1);
  if (operation === 2) {
    const length = readU32(yield { read: 4 }, 0);
    if (MAX_CUT_TEXT_BYTES < length) throw new FramingError(`audio of ${length} bytes`);
    yield { skip: length };
  } else if (2 < operation) throw new FramingError(`qemu audio operation ${operation} is unknown`);
  return { type: "qemu-audio" };
}
