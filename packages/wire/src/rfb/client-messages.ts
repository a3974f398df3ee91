/**
 * Where each message from an RFB client begins and ends, after ClientInit (RFC 6143 §7.5 and the community's registry).
 *
 * Roles and clipboard policy decide by these types, so an unknown one ends the framing: what cannot be named cannot be
 * allowed.
 */
import { readS32, readU8, readU16, readU32 } from "../bytes/big-endian.ts";
import { PIXEL_FORMAT_BYTES, type PixelFormat, parsePixelFormat } from "./encodings.ts";
import { FramingError, MessageFramer, type MessageParser } from "./message-parser.ts";

export type ClientMessage =
  | { readonly type: "set-pixel-format"; readonly format: PixelFormat }
  | { readonly type: "set-encodings"; readonly encodings: readonly number[] }
  | { readonly type: "update-request"; readonly isIncremental: boolean }
  | { readonly type: "key"; readonly isDown: boolean; readonly keysym: number }
  | { readonly type: "pointer"; readonly buttons: number; readonly x: number; readonly y: number }
  | { readonly type: "cut-text"; readonly textBytes: number; readonly isExtended: boolean }
  | { readonly type: "enable-continuous-updates" }
  | { readonly type: "fence" }
  | { readonly type: "xvp" }
  | { readonly type: "set-desktop-size"; readonly width: number; readonly height: number }
  | { readonly type: "qemu-audio" };

/** `message` occupies the bytes [`begin`, `end`) of the stream. */
export interface ClientSink {
  onMessage(message: ClientMessage, begin: number, end: number): void;
  /** A message of this type begins, before anything else of it is known. */
  onBegin?(type: number, begin: number): void;
}

/** LIMIT: encodings in one SetEncodings; clients send some thirty. */
const MAX_ENCODINGS = 1024;
/** LIMIT: clipboard text in one message. */
const MAX_CUT_TEXT_BYTES = 256 * 1024 * 1024;
/** With extended mouse buttons this bit says that a byte more follows. */
const EXTENDED_BUTTONS = 0x80;

export class ClientMessageFramer extends MessageFramer {
  readonly #extensions: { hasExtendedMouseButtons: boolean };

  constructor(sink: ClientSink) {
    const extensions = { hasExtendedMouseButtons: false };
    super((position) => clientMessages(sink, extensions, position));
    this.#extensions = extensions;
  }

  /** The server has announced extended mouse buttons, so pointer messages may be a byte longer. */
  allowExtendedMouseButtons(): void {
    this.#extensions.hasExtendedMouseButtons = true;
  }
}

type Read<Result> = Generator<{ readonly read: number } | { readonly skip: number }, Result, Uint8Array>;
interface Extensions {
  readonly hasExtendedMouseButtons: boolean;
}

function* clientMessages(sink: ClientSink, extensions: Extensions, position: () => number): MessageParser {
  for (;;) {
    const begin = position();
    const type = readU8(yield { read: 1 }, 0);
    sink.onBegin?.(type, begin);
    const parse = PARSERS.get(type);
    if (!parse) throw new FramingError(`client message ${type} is unknown`);
    const message = yield* parse(extensions);
    sink.onMessage(message, begin, position());
  }
}

const PARSERS = new Map<number, (extensions: Extensions) => Read<ClientMessage>>([
  [0, setPixelFormat],
  [2, setEncodings],
  [3, updateRequest],
  [4, key],
  [5, pointer],
  [6, clientCutText],
  [150, enableContinuousUpdates],
  [248, fence],
  [250, xvp],
  [251, setDesktopSize],
  [255, qemuClientMessage],
]);

function* setPixelFormat(): Read<ClientMessage> {
  const format = parsePixelFormat((yield { read: 3 /* padding */ + PIXEL_FORMAT_BYTES }).subarray(3));
  if (!format) throw new FramingError("pixel format is not possible");
  return { type: "set-pixel-format", format };
}

function* setEncodings(): Read<ClientMessage> {
  const count = readU16(yield { read: 3 /* padding, count */ }, 1);
  if (MAX_ENCODINGS < count) throw new FramingError(`${count} encodings`);
  const bytes = count === 0 ? new Uint8Array(0) : yield { read: 4 * count };
  return { type: "set-encodings", encodings: Array.from({ length: count }, (_, i) => readS32(bytes, 4 * i)) };
}

function* updateRequest(): Read<ClientMessage> {
  const isIncremental = readU8(yield { read: 9 /* incremental, x, y, width, height */ }, 0) !== 0;
  return { type: "update-request", isIncremental };
}

function* key(): Read<ClientMessage> {
  const bytes = yield { read: 7 /* down, padding, keysym */ };
  return { type: "key", isDown: readU8(bytes, 0) !== 0, keysym: readU32(bytes, 3) };
}

function* pointer(extensions: Extensions): Read<ClientMessage> {
  const bytes = yield { read: 5 /* buttons, x, y */ };
  const low = readU8(bytes, 0);
  const hasMore = extensions.hasExtendedMouseButtons && (low & EXTENDED_BUTTONS) !== 0;
  const high = hasMore ? readU8(yield { read: 1 }, 0) : 0;
  const buttons = hasMore ? (low & ~EXTENDED_BUTTONS) | (high << 7) : low;
  return { type: "pointer", buttons, x: readU16(bytes, 1), y: readU16(bytes, 3) };
}

/** A negative length marks the extended clipboard (rfbproto, "Extended Clipboard Pseudo-Encoding"). */
function* clientCutText(): Read<ClientMessage> {
  const length = readS32(yield { read: 7 /* padding, length */ }, 3);
  const textBytes = Math.abs(length);
  if (MAX_CUT_TEXT_BYTES < textBytes) throw new FramingError(`cut text of ${textBytes} bytes`);
  yield { skip: textBytes };
  return { type: "cut-text", textBytes, isExtended: length < 0 };
}

function* enableContinuousUpdates(): Read<ClientMessage> {
  yield { skip: 9 /* enable, x, y, width, height */ };
  return { type: "enable-continuous-updates" };
}

function* fence(): Read<ClientMessage> {
  const length = readU8(yield { read: 8 /* padding, flags, length */ }, 7);
  if (64 < length) throw new FramingError(`fence of ${length} bytes`);
  yield { skip: length };
  return { type: "fence" };
}

function* xvp(): Read<ClientMessage> {
  yield { skip: 3 /* padding, version, code */ };
  return { type: "xvp" };
}

function* setDesktopSize(): Read<ClientMessage> {
  const head = yield { read: 7 /* padding, width, height, screens, padding */ };
  yield { skip: 16 * readU8(head, 5) };
  return { type: "set-desktop-size", width: readU16(head, 1), height: readU16(head, 3) };
}

const QEMU = { extendedKey: 0, audio: 1 } as const;
const QEMU_AUDIO_SET_FORMAT = 2;

function* qemuClientMessage(): Read<ClientMessage> {
  const subtype = readU8(yield { read: 1 }, 0);
  if (subtype === QEMU.extendedKey) {
    const bytes = yield { read: 10 /* down, keysym, keycode */ };
    return { type: "key", isDown: readU16(bytes, 0) !== 0, keysym: readU32(bytes, 2) };
  }
  if (subtype !== QEMU.audio) throw new FramingError(`qemu client message ${subtype} is unknown`);
  const operation = readU16(yield { read: 2 }, 0);
  if (operation === QEMU_AUDIO_SET_FORMAT) yield { skip: 6 /* format, channels, frequency */ };
  else if (QEMU_AUDIO_SET_FORMAT < operation)
    throw new FramingError(`qemu audio operation ${operation} is unknown`);
  return { type: "qemu-audio" };
}
