import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteGate } from "../bytes/byte-gate.ts";
import { u16Le, u32Le } from "../bytes/little-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { spiceAgentGates } from "./agent-gate.ts";

const OPEN = { clipboardToMachine: true, clipboardFromMachine: true, filesToMachine: true };
const CLOSED = { clipboardToMachine: false, clipboardFromMachine: false, filesToMachine: false };

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const mini = (type: number, body: Uint8Array) => joined([u16Le(type), u32Le(body.length), body]);
const agent = (type: number, text: string) => joined([u32Le(1, type, 0, 0, text.length), bytesOf(text)]);

/** A viewer's agent messages in AGENT_DATA messages of at most `piece` bytes, with others between them. */
function viewerStream(messages: readonly Uint8Array[], piece: number): Uint8Array {
  const all = joined(messages);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += piece) {
    parts.push(mini(107, all.subarray(at, at + piece)), mini(1, bytesOf("ack")));
  }
  return joined(parts);
}

function through(gate: ByteGate, stream: Uint8Array, cuts: readonly number[] = []) {
  const passed: Uint8Array[] = [];
  let refused: string | undefined;
  for (const chunk of chunked(stream, cuts))
    refused ??= gate.push(chunk, (bytes) => void passed.push(bytes.slice()));
  return { passed: joined(passed), refused };
}

const MESSAGES = [
  agent(2, "monitors"),
  agent(4, "clipboard-secret"),
  agent(10, "file-name"),
  agent(12, "file-secret"),
  agent(6, "abilities"),
  agent(7, ""),
];
const HARMLESS = [
  agent(2, "monitors"),
  agent(0xff, "\0".repeat(16)),
  agent(0xff, "\0".repeat(9)),
  agent(0xff, "\0".repeat(11)),
  agent(6, "abilities"),
  agent(0xff, ""),
];

describe("the agent's messages that policy forbids", () => {
  it.each([1, 3, 7, 2048])(
    "are harmless when cut into pieces of %i bytes, whatever the stream's own cuts",
    (piece) => {
      const [stream, harmless] = [viewerStream(MESSAGES, piece), viewerStream(HARMLESS, piece)];
      for (let cut = 0; cut <= stream.length; cut += piece === 2048 ? 1 : 5) {
        const { passed } = through(spiceAgentGates(CLOSED, "mini").toMachine, stream, [cut]);
        expect(passed).toEqual(harmless);
      }
    },
  );

  it("are those of their direction, and no others", () => {
    const noFiles = spiceAgentGates({ ...OPEN, filesToMachine: false }, "mini").toMachine;
    expect(through(noFiles, viewerStream([agent(4, "text"), agent(12, "data")], 64)).passed).toEqual(
      viewerStream([agent(4, "text"), agent(0xff, "\0\0\0\0")], 64),
    );
    const noneOut = spiceAgentGates({ ...OPEN, clipboardFromMachine: false }, "mini");
    const out = joined([mini(109, agent(4, "text")), mini(103, agent(4, "text"))]);
    expect(through(noneOut.toViewer, out).passed).toEqual(
      joined([mini(109, agent(0xff, "\0\0\0\0")), mini(103, agent(4, "text"))]),
    );
    expect(through(noneOut.toMachine, mini(107, agent(8, "\x01\0\0\0"))).passed).toEqual(
      mini(107, agent(0xff, "\0\0\0\0")),
    );
    expect(through(noneOut.toMachine, mini(107, agent(4, "text"))).passed).toEqual(
      mini(107, agent(4, "text")),
    );
  });

  it("are found behind the longer header, too, where nothing may be hidden in a list", () => {
    const full = (type: number, subMessages: number, body: Uint8Array) =>
      joined([u32Le(9, 0), u16Le(type), u32Le(body.length, subMessages), body]);
    const gate = () => spiceAgentGates(CLOSED, "full").toMachine;
    expect(through(gate(), full(107, 0, agent(4, "text"))).passed).toEqual(
      full(107, 0, agent(0xff, "\0\0\0\0")),
    );
    expect(through(gate(), full(1, 6, agent(4, "text"))).refused).toMatch(/sub-messages/);
  });

  it("cost nothing when they claim four gigabytes, and any bytes pass in their number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const stream = joined([mini(107, u32Le(1, 4, 0, 0, 0xffffffff)), bytes]);
        expect(through(spiceAgentGates(CLOSED, "mini").toMachine, stream).passed).toHaveLength(stream.length);
      }),
    );
  });
});
