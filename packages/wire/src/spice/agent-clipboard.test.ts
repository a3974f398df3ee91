import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { u32Le } from "../bytes/little-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import {
  AgentReader,
  type AgentWord,
  encodeAgentCapabilities,
  encodeText,
  encodeTextGrab,
  encodeTextRequest,
  MAX_AGENT_TEXT_BYTES,
  SPICE_AGENT,
} from "./agent-clipboard.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const message = (type: number, data: Uint8Array) => joined([u32Le(1, type, 0, 0, data.length), data]);

const MESSAGES: readonly (readonly [Uint8Array, AgentWord | undefined])[] = [
  [
    message(SPICE_AGENT.capabilities, encodeAgentCapabilities(true, 0x27)),
    { type: "capabilities", isAsking: true },
  ],
  [message(SPICE_AGENT.grab, encodeTextGrab()), { type: "grab", hasText: true }],
  [message(SPICE_AGENT.grab, u32Le(2, 1)), { type: "grab", hasText: true }],
  [message(SPICE_AGENT.grab, u32Le(2, 3)), { type: "grab", hasText: false }],
  [message(SPICE_AGENT.request, encodeTextRequest()), { type: "request", isForText: true }],
  [message(SPICE_AGENT.request, u32Le(2)), { type: "request", isForText: false }],
  [message(SPICE_AGENT.clipboard, encodeText(bytesOf("hi"))), { type: "text", utf8: bytesOf("hi") }],
  [message(SPICE_AGENT.clipboard, u32Le(2, 7)), undefined],
  [message(SPICE_AGENT.release, new Uint8Array(0)), undefined],
  [message(3, u32Le(1, 2)), undefined],
  [message(SPICE_AGENT.grab, new Uint8Array(3)), undefined],
];

function read(pieces: readonly Uint8Array[]): readonly AgentWord[] {
  const reader = new AgentReader();
  return pieces.flatMap((piece) => reader.feed(piece));
}

describe("the agent's words", () => {
  const stream = joined(MESSAGES.map(([bytes]) => bytes));
  const words = MESSAGES.flatMap(([, word]) => word ?? []);

  it("are the same wherever they are cut", () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(read(chunked(stream, [cut]))).toEqual(words);
      expect(words.slice(0, read([stream.subarray(0, cut)]).length)).toEqual(read([stream.subarray(0, cut)]));
    }
    expect(read(chunked(stream, [...stream.keys()]))).toEqual(words);
  });

  it("are passed over when they are too long, and what follows is heard", () => {
    const long = message(SPICE_AGENT.clipboard, encodeText(new Uint8Array(MAX_AGENT_TEXT_BYTES)));
    const next = message(SPICE_AGENT.grab, encodeTextGrab());
    expect(read([long, next])).toEqual([{ type: "grab", hasText: true }]);
  });

  it("cost nothing when they claim four gigabytes, and never throw", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), fc.nat(), (noise, at) => {
        const reader = new AgentReader();
        reader.feed(u32Le(1, SPICE_AGENT.clipboard, 0, 0, 0xffffffff));
        for (const piece of noise) expect(reader.feed(piece)).toEqual([]);
        read(noise);
        read([stream.map((byte, i) => (i === at % stream.length ? at & 255 : byte))]);
      }),
      { numRuns: 1000 },
    );
  });
});
