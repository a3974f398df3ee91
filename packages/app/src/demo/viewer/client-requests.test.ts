import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClientRequest, clientRequestFramer } from "./client-requests.ts";

function requestsOf(
  bytes: Uint8Array,
  chunkBytes = bytes.length,
): { requests: ClientRequest[]; failure?: string } {
  const requests: ClientRequest[] = [];
  const framer = clientRequestFramer((request) => requests.push(request));
  for (let at = 0; at < bytes.length; at += chunkBytes) framer.feed(bytes.subarray(at, at + chunkBytes));
  return framer.failure === undefined ? { requests } : { requests, failure: framer.failure };
}

const GOLDEN = Uint8Array.of(
  ...[2, 0, 0, 2, 0, 0, 0, 16, 255, 255, 255, 17],
  ...[3, 1, 0, 0, 0, 0, 5, 0, 3, 32],
  ...[4, 1, 0, 0, 1, 0, 0x20, 0xac],
  ...[255, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 30],
  ...[5, 1, 1, 0, 0, 200],
  ...[6, 0, 0, 0, 0, 0, 0, 3, 65, 66, 233],
  ...[251, 0, 4, 0, 3, 0, 1, 0, ...new Array<number>(16).fill(0)],
);
const UNDERSTOOD = [
  { type: "encodings", encodings: [16, -239] },
  { type: "update", isIncremental: true },
  { type: "key", isDown: true, keysym: 0x010020ac },
  { type: "key", isDown: true, keysym: 65 },
  { type: "pointer", buttons: 1, x: 256, y: 200 },
  { type: "cut-text", text: "ABé" },
  { type: "desktop-size", size: { width: 1024, height: 768 } },
];

describe("a viewer's messages", () => {
  it.each([1, 2, 3, 7, GOLDEN.length])("are understood in chunks of %i bytes", (chunkBytes) => {
    expect(requestsOf(GOLDEN, chunkBytes)).toEqual({ requests: UNDERSTOOD });
  });

  it("keep only the beginning of a long clipboard and go on behind it", () => {
    const text = new Uint8Array(8 + 100_000).fill(65);
    text.set([6, 0, 0, 0, 0, 1, 0x86, 0xa0]);
    const { requests } = requestsOf(Uint8Array.of(...text, 4, 1, 0, 0, 0, 0, 0, 66), 4096);
    expect(requests).toMatchObject([{ type: "cut-text", text: "A".repeat(16 * 1024) }, { keysym: 66 }]);
  });

  it("never throw, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (bytes, chunkBytes) => {
        requestsOf(bytes, chunkBytes);
      }),
    );
  });
});
