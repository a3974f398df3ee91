import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { u32Le } from "../bytes/little-endian.ts";
import {
  encodeLinkReply,
  encodeLinkRequest,
  encodeLinkResult,
  encodeTicketMessage,
  hasAuthSelection,
  type Reading,
  readLinkReply,
  readLinkRequest,
  readLinkResult,
  readTicket,
  SPICE_PUBLIC_KEY_BYTES,
  SPICE_TICKET_BYTES,
} from "./link.ts";

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

/** What spice-html5 0.2.1 sends for its main channel. */
const REQUEST = hex(`52454451 02000000 02000000 1a000000
  00000000 01 00 01000000 01000000 12000000 09000000 08000000`);
const REPLY = {
  error: 0,
  publicKey: new Uint8Array(SPICE_PUBLIC_KEY_BYTES).map((_, i) => i),
  common: [0x0b],
  channel: [0x0c, 1],
};

/** The same result wherever the stream ends, once it is there; before, more is wanted; nothing beyond is needed. */
function cutEverywhere<Value>(whole: Uint8Array, read: (bytes: Uint8Array) => Reading<Value>): void {
  const expected = read(whole);
  expect(expected).toMatchObject({ at: "read", size: whole.length });
  for (let cut = 0; cut < whole.length; cut++)
    expect(read(whole.subarray(0, cut))).toEqual({ at: "wanting" });
  expect(read(Uint8Array.of(...whole, 1, 2, 3))).toEqual(expected);
}

describe("a SPICE link", () => {
  it("is asked for as viewers do it", () => {
    const request = { connectionId: 0, channelType: 1, channelId: 0, common: [9], channel: [8] };
    expect(readLinkRequest(REQUEST)).toEqual({ at: "read", value: request, size: REQUEST.length });
    expect(encodeLinkRequest(request)).toEqual(REQUEST);
    cutEverywhere(REQUEST, readLinkRequest);
  });

  it("is answered with a key and capabilities", () => {
    const spelled = encodeLinkReply(REPLY);
    expect(spelled.length).toBe(16 + 4 + 162 + 12 + 12);
    expect(readLinkReply(spelled)).toEqual({ at: "read", value: REPLY, size: spelled.length });
    cutEverywhere(spelled, readLinkReply);
  });

  it("takes a ticket and gives a verdict", () => {
    const ticket = new Uint8Array(SPICE_TICKET_BYTES).fill(7);
    for (const hasMechanism of [true, false]) {
      const message = encodeTicketMessage(ticket, hasMechanism);
      expect(message.length).toBe(hasMechanism ? 132 : 128);
      cutEverywhere(message, (bytes) => readTicket(bytes, hasMechanism));
    }
    expect(readTicket(Uint8Array.of(...u32Le(2), ...ticket), true)).toMatchObject({ at: "malformed" });
    cutEverywhere(encodeLinkResult(7), readLinkResult);
    expect(hasAuthSelection({ common: [9] })).toBe(true);
    expect(hasAuthSelection({ common: [8] }) || hasAuthSelection({ common: [] })).toBe(false);
  });

  it("comes out of its bytes as it went in", () => {
    const word = fc.nat(0xffffffff);
    const words = fc.array(word, { maxLength: 5 });
    fc.assert(
      fc.property(
        word,
        fc.nat(255),
        fc.nat(255),
        words,
        words,
        (connectionId, channelType, channelId, common, channel) => {
          const request = { connectionId, channelType, channelId, common, channel };
          expect(readLinkRequest(encodeLinkRequest(request))).toMatchObject({ value: request });
        },
      ),
    );
  });

  it.each([
    ["another protocol", "485454502f312e31"],
    ["TLS", "160301"],
    ["another version", "52454451 01000000 02000000 12000000"],
    ["a message that is too short", "52454451 02000000 02000000 11000000"],
    ["a message of 4 GiB", "52454451 02000000 02000000 ffffffff"],
    ["a message of 4097 bytes", "52454451 02000000 02000000 01100000"],
    [
      "a million capabilities",
      "52454451 02000000 02000000 12000000 00000000 01 00 40420f00 00000000 12000000",
    ],
    [
      "capabilities beyond its end",
      "52454451 02000000 02000000 12000000 00000000 01 00 01000000 00000000 12000000",
    ],
    [
      "capabilities far away",
      "52454451 02000000 02000000 12000000 00000000 01 00 01000000 00000000 ffffffff",
    ],
  ])("is refused: %s", (_what, spelled) => {
    expect(readLinkRequest(hex(spelled))).toMatchObject({ at: "malformed" });
  });

  it("makes no exception of garbage", () => {
    const head = fc.constantFrom(...REQUEST.subarray(0, 16));
    const garbage = fc
      .array(fc.oneof(fc.nat(255), head), { maxLength: 260 })
      .map((list) => Uint8Array.from(list));
    const begun = garbage.map((rest) => Uint8Array.of(...REQUEST.subarray(0, 12), ...rest));
    fc.assert(
      fc.property(fc.oneof(garbage, begun), (bytes) => {
        for (const read of [readLinkRequest, readLinkReply]) {
          const reading = read(bytes);
          if (reading.at === "read") expect(reading.size).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
