/**
 * What a viewer asks of the demo desktop, with contents (RFC 6143 §7.5). The relay's framer in `wire` only needs lengths.
 *
 * INVARIANT: every length meets a limit before it is read; an unknown message ends the connection.
 */
import {
  FramingError,
  latin1,
  MessageFramer,
  type MessageParser,
  PIXEL_FORMAT_BYTES,
  readS32,
  readU8,
  readU16,
  readU32,
} from "@deskgate/wire";
import type { Size } from "../canvas/rect.ts";
import { type PixelWriter, pixelWriterOf } from "./pixel-writer.ts";

export type ClientRequest =
  | { readonly type: "pixel-format"; readonly writer: PixelWriter }
  | { readonly type: "encodings"; readonly encodings: readonly number[] }
  | { readonly type: "update"; readonly isIncremental: boolean }
  | { readonly type: "key"; readonly keysym: number; readonly isDown: boolean }
  | { readonly type: "pointer"; readonly buttons: number; readonly x: number; readonly y: number }
  | { readonly type: "cut-text"; readonly text: string }
  | { readonly type: "desktop-size"; readonly size: Size };

/** LIMIT: encodings in one SetEncodings; clients send some thirty. */
const MAX_ENCODINGS = 1024;
/** LIMIT: clipboard text; of longer messages the end is passed over, of much longer ones nothing is taken. */
const MAX_KEPT_TEXT_BYTES = 16 * 1024;
const MAX_CUT_TEXT_BYTES = 16 * 1024 * 1024;

type Read = Generator<
  { readonly read: number } | { readonly skip: number },
  ClientRequest | undefined,
  Uint8Array
>;

/** Feeds a viewer's bytes to `onRequest`, cut wherever the network cut them. */
export function clientRequestFramer(onRequest: (request: ClientRequest) => void): MessageFramer {
  return new MessageFramer(() => clientRequests(onRequest));
}

function* clientRequests(onRequest: (request: ClientRequest) => void): MessageParser {
  for (;;) {
    const type = readU8(yield { read: 1 }, 0);
    const parse = PARSERS.get(type);
    if (!parse) throw new FramingError(`client message ${type} is unknown`);
    const request = yield* parse();
    if (request) onRequest(request);
  }
}

const PARSERS = new Map<number, () => Read>([
  [0, setPixelFormat],
  [2, setEncodings],
  [3, updateRequest],
  [4, key],
  [5, pointer],
  [6, clientCutText],
  [251, setDesktopSize],
  [255, qemuMessage],
]);

function* setPixelFormat(): Read {
  const bytes = yield { read: 3 /* padding */ + PIXEL_FORMAT_BYTES };
  const writer = pixelWriterOf(bytes.subarray(3));
  if (!writer) throw new FramingError("pixel format is not supported");
  return { type: "pixel-format", writer };
}

function* setEncodings(): Read {
  const count = readU16(yield { read: 3 /* padding, count */ }, 1);
  if (MAX_ENCODINGS < count) throw new FramingError(`${count} encodings`);
  const bytes = yield { read: 4 * count };
  return { type: "encodings", encodings: Array.from({ length: count }, (_, i) => readS32(bytes, 4 * i)) };
}

function* updateRequest(): Read {
  const bytes = yield { read: 9 /* incremental, x, y, width, height */ };
  return { type: "update", isIncremental: readU8(bytes, 0) !== 0 };
}

function* key(): Read {
  const bytes = yield { read: 7 /* down, padding, keysym */ };
  return { type: "key", isDown: readU8(bytes, 0) !== 0, keysym: readU32(bytes, 3) };
}

function* pointer(): Read {
  const bytes = yield { read: 5 /* buttons, x, y */ };
  return { type: "pointer", buttons: readU8(bytes, 0), x: readU16(bytes, 1), y: readU16(bytes, 3) };
}

function* clientCutText(): Read {
  const length = readU32(yield { read: 7 /* padding, length */ }, 3);
  if (MAX_CUT_TEXT_BYTES < length) throw new FramingError(`cut text of ${length} bytes`);
  const kept = Math.min(length, MAX_KEPT_TEXT_BYTES);
  const bytes = yield { read: kept };
  yield { skip: length - kept };
  return { type: "cut-text", text: latin1(bytes) };
}

function* setDesktopSize(): Read {
  const head = yield { read: 7 /* padding, width, height, screens, padding */ };
  yield { skip: 16 * readU8(head, 5) };
  return { type: "desktop-size", size: { width: readU16(head, 1), height: readU16(head, 3) } };
}

/** Only the extended key event (rfbproto, "QEMU Extended Key Event Message"); we play no sound. */
function* qemuMessage(): Read {
  const subtype = readU8(yield { read: 1 }, 0);
  if (subtype !== 0) throw new FramingError(`qemu client message ${subtype} is unknown`);
  const bytes = yield { read: 10 /* down, keysym, keycode */ };
  return { type: "key", isDown: readU16(bytes, 0) !== 0, keysym: readU32(bytes, 2) };
}
