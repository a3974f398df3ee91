import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunked, joined } from "../bytes/testing.ts";
import { MAX_PAYLOAD_BYTES, TunnelFrameReader } from "./frame.ts";
import {
  encodeGatewayMessage,
  FILE_FAILURES,
  type GatewayMessage,
  parseGatewayMessage,
} from "./gateway-messages.ts";
import type { Parsed } from "./message.ts";
import { encodeViewerMessage, parseViewerMessage, type ViewerMessage } from "./viewer-messages.ts";

type AnyMessage = Parsed<ViewerMessage | GatewayMessage>;
type Parse = (type: number, payload: Uint8Array) => AnyMessage;

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** Everything understood of a stream that comes in `pieces`, and why it stopped. */
function read(pieces: readonly Uint8Array[], parse: Parse) {
  const messages: AnyMessage[] = [];
  const reader = new TunnelFrameReader({
    onFrame: (type, payload) => void messages.push(parse(type, payload)),
  });
  let failure: string | undefined;
  for (const piece of pieces) failure = reader.feed(piece);
  return { messages, failure };
}

const VIEWER: readonly (readonly [string, string, ViewerMessage])[] = [
  ["keys", "01 00000003 6c730d", { type: "input", bytes: bytes("ls\r") }],
  ["no keys", "01 00000000", { type: "input", bytes: bytes("") }],
  ["a size", "02 00000004 0050 0018", { type: "resize", columns: 80, rows: 24 }],
  ["credit", "03 00000004 00010000", { type: "output-credit", bytes: 65536 }],
  [
    "answers",
    "04 0000000b 00000007 02 0002 6869 0000",
    { type: "answers", question: 7, answers: ["hi", ""] },
  ],
  ["a person who gave up", "04 00000005 00000007 00", { type: "answers", question: 7, answers: [] }],
  [
    "a question where the files are",
    "10 00000008 00000001 01 0001 2e",
    { type: "file-request", id: 1, request: { op: "resolve", path: "." } },
  ],
  [
    "a folder's list",
    "10 00000009 00000001 02 0002 c3a9",
    { type: "file-request", id: 1, request: { op: "list", path: "é" } },
  ],
  [
    "another name",
    "10 0000000b 00000001 06 0001 61 0001 62",
    { type: "file-request", id: 1, request: { op: "rename", path: "a", to: "b" } },
  ],
  [
    "an upload of 4 GiB and a byte",
    "10 00000011 00000002 08 0001 61 0000000100000001 01",
    {
      type: "file-request",
      id: 2,
      request: { op: "upload", path: "a", size: 2 ** 32 + 1, mayReplace: true },
    },
  ],
  ["an upload's end", "11 00000004 00000002", { type: "file-end", id: 2 }],
  ["a cancel", "12 00000004 00000002", { type: "file-cancel", id: 2 }],
  ["an upload's bytes", "40 00000006 00000002 6869", { type: "file-data", id: 2, bytes: bytes("hi") }],
  ["a download's credit", "41 00000008 00000002 00000400", { type: "file-credit", id: 2, bytes: 1024 }],
];

const GATEWAY: readonly (readonly [string, string, GatewayMessage])[] = [
  [
    "ready",
    "01 00000004 01 00 01 00",
    {
      type: "ready",
      clipboardToMachine: true,
      clipboardFromMachine: false,
      filesToMachine: true,
      filesFromMachine: false,
    },
  ],
  ["output", "02 00000002 1b63", { type: "output", bytes: bytes("\x1bc") }],
  ["input credit", "03 00000004 00000003", { type: "input-credit", bytes: 3 }],
  [
    "a question",
    "04 00000011 00000001 00 0001 54 0000 01 0003 503f20 01",
    {
      type: "question",
      question: 1,
      isLogin: false,
      title: "T",
      instructions: "",
      prompts: [{ text: "P? ", isSecret: true }],
    },
  ],
  ["a banner", "05 00000003 0001 41", { type: "banner", text: "A" }],
  ["a title", "06 00000003 0001 41", { type: "title", text: "A" }],
  ["a clipboard", "07 00000005 0003 e282ac", { type: "clipboard", text: "€" }],
  ["a path", "10 00000007 00000001 0001 2f", { type: "file-path", id: 1, path: "/" }],
  [
    "a folder's entries",
    "11 00000019 00000001 01 0001 61 01 0000000000000005 0000000065a0bc00",
    {
      type: "file-entries",
      id: 1,
      entries: [{ name: "a", kind: "folder", size: 5, modifiedAt: 0x65a0bc00 }],
    },
  ],
  ["a size", "12 0000000c 00000001 0000000000000005", { type: "file-size", id: 1, size: 5 }],
  ["done", "13 00000004 00000001", { type: "file-done", id: 1 }],
  [
    "a failure",
    "14 00000008 00000001 03 0001 78",
    { type: "file-failed", id: 1, failure: "exists", detail: "x" },
  ],
];

function goldenTests<Message extends ViewerMessage | GatewayMessage>(
  list: readonly (readonly [string, string, Message])[],
  encode: (message: Message, headRoom?: number) => Uint8Array,
  parse: Parse,
): void {
  it.each(list)("%s", (_what, spelled, message) => {
    expect(encode(message)).toEqual(hex(spelled));
    expect(encode(message, 16).subarray(16)).toEqual(hex(spelled));
    expect(read([hex(spelled)], parse)).toEqual({ messages: [message], failure: undefined });
  });

  it("come out the same wherever the stream is cut", () => {
    const stream = joined(list.map(([, spelled]) => hex(spelled)));
    const whole = read([stream], parse);
    expect(whole.messages).toEqual(list.map(([, , message]) => message));
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(read(chunked(stream, [cut]), parse)).toEqual(whole);
      expect(read([stream.subarray(0, cut)], parse).failure).toBeUndefined();
    }
    expect(read(chunked(stream, [...stream.keys()]), parse)).toEqual(whole);
  });

  it("are malformed when their payload is cut or too long, never something else", () => {
    const fixed = list.filter(([, , { type }]) => !["input", "output", "file-data"].includes(type));
    for (const [, spelled] of fixed) {
      const [type = 0, , , , , ...rest] = hex(spelled);
      const payload = Uint8Array.from(rest);
      for (const cut of payload.keys()) expect(parse(type, payload.subarray(0, cut)).type).toBe("malformed");
      expect(parse(type, joined([payload, bytes("x")])).type).toBe("malformed");
    }
  });

  it("make no exception of garbage, however it is cut", () => {
    const types = list.map(([, spelled]) => hex(spelled)[0] ?? 0);
    const payload = fc
      .array(fc.oneof(fc.nat(255), fc.nat(3)), { maxLength: 40 })
      .map((values) => Uint8Array.from(values));
    fc.assert(
      fc.property(fc.oneof(fc.nat(255), fc.constantFrom(...types)), payload, (type, body) => {
        expect(() => parse(type, body)).not.toThrow();
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.nat(200), { maxLength: 8 }),
        (stream, cuts) => {
          expect(read(chunked(stream, cuts), parse)).toEqual(read([stream], parse));
        },
      ),
      { numRuns: 1000 },
    );
  });
}

describe("a viewer's messages", () => {
  goldenTests(VIEWER, encodeViewerMessage, parseViewerMessage);

  it("keep any text and number on the way", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(text, fc.maxSafeNat(), fc.boolean(), fc.nat(0xffffffff), (path, size, mayReplace, id) => {
        const message = {
          type: "file-request",
          id,
          request: { op: "upload", path, size, mayReplace },
        } as const;
        expect(read([encodeViewerMessage(message)], parseViewerMessage).messages).toEqual([message]);
      }),
    );
  });
});

describe("a gateway's messages", () => {
  goldenTests(GATEWAY, encodeGatewayMessage, parseGatewayMessage);

  it("name every failure", () => {
    for (const failure of FILE_FAILURES) {
      const message = { type: "file-failed", id: 9, failure, detail: "" } as const;
      expect(read([encodeGatewayMessage(message)], parseGatewayMessage).messages).toEqual([message]);
    }
  });
});

describe("a tunnel frame", () => {
  it("longer than the limit ends the stream for good, before anything is kept of it", () => {
    const { messages, failure } = read([hex("01 00010001"), hex("01 00000000")], parseViewerMessage);
    expect(failure).toBe("tunnel frame of 65537 bytes");
    expect(messages).toEqual([]);
    expect(() =>
      encodeViewerMessage({ type: "input", bytes: new Uint8Array(MAX_PAYLOAD_BYTES + 1) }),
    ).toThrow(RangeError);
  });

  it("with too many answers, prompts or entries is malformed", () => {
    expect(parseViewerMessage(0x04, hex("00000001 11")).type).toBe("malformed");
    expect(parseGatewayMessage(0x04, hex("00000001 00 0000 0000 11")).type).toBe("malformed");
    expect(parseGatewayMessage(0x11, hex("00000001 65")).type).toBe("malformed");
    expect(parseGatewayMessage(0x12, hex("00000001 ffffffffffffffff")).type).toBe("malformed");
  });
});
