import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1 } from "../bytes/big-endian.ts";
import { utf16Le } from "../bytes/little-endian.ts";
import { chunked, joined } from "../bytes/testing.ts";
import { encodeTsRequest } from "../credssp/ts-request.ts";
import type { Passage, PassageOptions } from "./passage.ts";
import { RdpPassage } from "./passage.ts";
import {
  clientInfo,
  clipboardMessage,
  connectInitial,
  connectResponse,
  dataToMachine,
  dataToViewer,
  LICENCE,
} from "./testing.ts";

const OPEN = {
  clipboardToMachine: true,
  clipboardFromMachine: true,
  filesToMachine: true,
  filesFromMachine: true,
};
const CLIP = 1005;
const CHANNELS = ["rdpsnd", "cliprdr", "rdpdr"];
const IDS = [1004, CLIP, 1006];
const KEYS = Uint8Array.of(4, 4, 1, 2); // a fast-path input message

function passageOf(more: Partial<PassageOptions> = {}): RdpPassage {
  return new RdpPassage({
    settings: { wants32Bits: true, keyboardLayout: 0x407, selectedProtocol: 2 },
    info: { credential: { domain: "LAB", username: "ada", password: "s3cret" }, asksForSignIn: true },
    policy: OPEN,
    viewerSignsIn: false,
    ...more,
  });
}

function push(passage: Passage, ...chunks: readonly Uint8Array[]) {
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    const passed = passage.push(chunk);
    if ("refused" in passed) return passed;
    out.push(...passed.pieces);
  }
  return joined(out);
}

/** Both directions up to the point where the session begins. */
function begun(passage: RdpPassage): RdpPassage {
  push(passage.toMachine, connectInitial(CHANNELS), clientInfo(["", "x", "y"]));
  push(passage.toViewer, connectResponse(IDS), LICENCE.granted);
  return passage;
}

describe("what the viewer says first", () => {
  it("asks for true colours, the person's keyboard, and the security that was selected", () => {
    const settings = push(passageOf().toMachine, connectInitial(CHANNELS));
    if ("refused" in settings) throw new Error(settings.refused);
    const at = latin1(settings).indexOf("Duca") + 6;
    const word = (offset: number) => (settings[at + offset] ?? 0) | ((settings[at + offset + 1] ?? 0) << 8);
    expect([word(16), word(140), word(142), word(144), settings[at + 210], word(212)]).toEqual([
      ...[0x407, 24, 15, 0x22, 6, 2],
    ]);
    expect(settings.length).toBe(connectInitial(CHANNELS).length);
  });

  it("carries the stored name and password instead of its own, and asks to be signed in", () => {
    const sent = push(passageOf().toMachine, connectInitial([]), clientInfo(["d", "placeholder", "p"]));
    if ("refused" in sent) throw new Error(sent.refused);
    const text = latin1(sent);
    for (const word of ["LAB", "ada", "s3cret"]) expect(text).toContain(latin1(utf16Le(`${word}\0`)));
    expect(text).not.toContain(latin1(utf16Le("placeholder")));
    expect(text.endsWith("rest")).toBe(true);
  });

  it("keeps what the person typed where nothing is stored", () => {
    const info = { credential: undefined, asksForSignIn: true };
    const sent = push(passageOf({ info }).toMachine, connectInitial([]), clientInfo(["", "eve", "typed"]));
    expect(latin1(sent as Uint8Array)).toContain(latin1(utf16Le("typed")));
  });

  it("is the same however it is cut", () => {
    const stream = joined([connectInitial(CHANNELS), clientInfo(["", "x", "y"]), KEYS, KEYS]);
    const whole = push(passageOf().toMachine, stream);
    for (let cut = 0; cut <= stream.length; cut++)
      expect(push(passageOf().toMachine, ...chunked(stream, [cut]))).toEqual(whole);
    expect(push(passageOf().toMachine, ...chunked(stream, [...stream.keys()]))).toEqual(whole);
  });

  it("passes uncut and unread once it is over", () => {
    const passage = begun(passageOf());
    expect([passage.toMachine.isFree, passage.toViewer.isFree]).toEqual([true, true]);
  });

  it.each([
    ["a session without settings", clientInfo(["", "x", "y"])],
    ["something that is no RDP", Uint8Array.from("GET / HTTP/1.1", (c) => c.charCodeAt(0))],
    ["a TPKT shorter than its header", Uint8Array.of(3, 0, 0, 2, 0, 0, 0, 0)],
    ["settings that do not add up", connectInitial(CHANNELS).map((byte, i) => (i === 20 ? 255 : byte))],
  ])("%s is refused", (_what, bytes) => {
    expect(push(passageOf().toMachine, bytes)).toMatchObject({ because: "protocol" });
  });
});

describe("what the machine says", () => {
  it("is the same however it is cut, with clipboard messages judged", () => {
    const policy = { ...OPEN, clipboardFromMachine: false };
    const cutAt = (cuts: readonly number[]) => {
      const passage = passageOf({ policy });
      push(passage.toMachine, connectInitial(CHANNELS), clientInfo(["", "x", "y"]));
      const stream = joined([
        ...[connectResponse(IDS), LICENCE.request, LICENCE.granted, KEYS],
        ...[dataToViewer(CLIP, clipboardMessage(2)), dataToViewer(CLIP, clipboardMessage(5)), KEYS],
      ]);
      return { length: stream.length, out: push(passage.toViewer, ...chunked(stream, cuts)) };
    };
    const { length, out } = cutAt([]);
    expect(out).toBeInstanceOf(Uint8Array);
    for (let cut = 0; cut <= length; cut++) expect(cutAt([cut]).out).toEqual(out);
    expect(cutAt([...Array.from({ length }, (_, i) => i)]).out).toEqual(out);
  });

  it("of a licence that it does not give ends the session for that reason", () => {
    const { toViewer } = passageOf();
    expect(push(toViewer, connectResponse(IDS), LICENCE.request)).toBeInstanceOf(Uint8Array);
    expect(push(toViewer, LICENCE.refused)).toMatchObject({ because: "licence" });
  });

  it.each([
    [0xc000006d, "credential"],
    [0xc0000234, "locked"],
    [0xc0000072, "disabled"],
    [0xc0000193, "expired"],
    [0xc0000071, "password-expired"],
    [0xc0000224, "password-expired"],
    [0xc000015b, "denied"],
    [0xc000006f, "denied"],
  ])("of a sign-in that failed with 0x%x tells why", (errorCode, because) => {
    const { toViewer } = passageOf({ viewerSignsIn: true });
    expect(push(toViewer, encodeTsRequest({ version: 6, errorCode }))).toMatchObject({ because });
  });

  it("during the person's own sign-in passes, and ends with the first settings", () => {
    const { toMachine, toViewer } = passageOf({ viewerSignsIn: true });
    const token = encodeTsRequest({ version: 6, negoToken: Uint8Array.of(1, 2, 3) });
    expect(push(toMachine, token)).toEqual(token);
    expect(push(toViewer, token)).toEqual(token);
    expect(toViewer.isSigningIn).toBe(true);
    push(toMachine, connectInitial(CHANNELS));
    expect(toViewer.isSigningIn).toBe(false);
  });
});

describe("the clipboard", () => {
  const message = {
    formatList: 2,
    dataRequest: 4,
    dataResponse: 5,
    contentsRequest: 8,
    contents: 9,
    ready: 1,
  };
  const toMachine = (passage: RdpPassage, type: number) =>
    push(passage.toMachine, dataToMachine(CLIP, clipboardMessage(type)));
  const toViewer = (passage: RdpPassage, type: number) =>
    push(passage.toViewer, dataToViewer(CLIP, clipboardMessage(type)));
  const passes = (out: unknown) => out instanceof Uint8Array && latin1(out).includes("content");

  it("that is closed both ways has no channel, and drives have none where files are closed", () => {
    const policy = { ...OPEN, clipboardToMachine: false, clipboardFromMachine: false, filesToMachine: false };
    const sent = latin1(push(passageOf({ policy }).toMachine, connectInitial(CHANNELS)) as Uint8Array);
    expect([sent.includes("cliprdr"), sent.includes("rdpdr"), sent.includes("rdpsnd")]).toEqual([
      ...[false, false, true],
    ]);
  });

  it("out of the machine, when closed, lets neither announcements, data nor files out", () => {
    const passage = begun(passageOf({ policy: { ...OPEN, clipboardFromMachine: false } }));
    expect(passes(toViewer(passage, message.formatList))).toBe(false);
    expect(passes(toViewer(passage, message.dataResponse))).toBe(false);
    expect(passes(toViewer(passage, message.contents))).toBe(false);
    expect(passes(toMachine(passage, message.dataRequest))).toBe(false);
    expect(passes(toMachine(passage, message.contentsRequest))).toBe(false);
    expect(passes(toMachine(passage, message.formatList))).toBe(true);
    expect(passes(toViewer(passage, message.dataRequest))).toBe(true);
    expect(passes(toMachine(passage, message.dataResponse))).toBe(true);
    expect(passes(toViewer(passage, message.ready))).toBe(true);
  });

  it("into the machine, when closed, is announced as empty", () => {
    const passage = begun(passageOf({ policy: { ...OPEN, clipboardToMachine: false } }));
    const list = toMachine(passage, message.formatList);
    expect([passes(list), (list as Uint8Array).length]).toEqual([false, 4 + 3 + 6 + 2 + 16]);
    expect(passes(toMachine(passage, message.dataResponse))).toBe(false);
    expect(passes(toViewer(passage, message.dataRequest))).toBe(false);
    expect(passes(toViewer(passage, message.formatList))).toBe(true);
  });

  it("may carry text where it may not carry files", () => {
    const passage = begun(passageOf({ policy: { ...OPEN, filesFromMachine: false, filesToMachine: false } }));
    expect(passes(toViewer(passage, message.dataResponse))).toBe(true);
    expect(passes(toViewer(passage, message.contents))).toBe(false);
    expect(passes(toMachine(passage, message.contents))).toBe(false);
  });

  it("drops all of a message whose first part was dropped, and what is compressed", () => {
    const passage = begun(passageOf({ policy: { ...OPEN, clipboardFromMachine: false } }));
    const part = (type: number, flags: number) =>
      push(passage.toViewer, dataToViewer(CLIP, clipboardMessage(type, "content", flags)));
    expect([part(message.dataResponse, 1), part(message.ready, 0), part(message.ready, 2)].some(passes)).toBe(
      false,
    );
    expect(passes(part(message.ready, 3 | 0x200000))).toBe(false);
    expect(passes(part(message.ready, 3))).toBe(true);
  });

  it("leaves other channels and fast-path alone", () => {
    const passage = begun(passageOf({ policy: { ...OPEN, clipboardFromMachine: false } }));
    const sound = dataToViewer(1004, clipboardMessage(message.dataResponse));
    expect(push(passage.toViewer, sound, KEYS)).toEqual(joined([sound, KEYS]));
  });
});

it("neither direction throws on garbage, nor holds more than one message", () => {
  const policy = { ...OPEN, filesFromMachine: false };
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }),
      fc.boolean(),
      (noise, isBegun) => {
        const passage = passageOf({ policy, viewerSignsIn: !isBegun });
        if (isBegun) begun(passage);
        for (const chunk of noise) {
          passage.toMachine.push(chunk);
          passage.toViewer.push(chunk);
          passage.toViewer.push(dataToViewer(CLIP, chunk));
          passage.toMachine.push(dataToMachine(CLIP, chunk));
        }
      },
    ),
    { numRuns: 500 },
  );
});

it("damaged settings and infos are refused or passed, never thrown at", () => {
  const stream = joined([connectInitial(CHANNELS), clientInfo(["", "x", "y"])]);
  const back = joined([connectResponse(IDS), LICENCE.granted]);
  fc.assert(
    fc.property(fc.nat(), fc.nat(255), (at, value) => {
      const passage = passageOf();
      passage.toMachine.push(stream.map((byte, i) => (i === at % stream.length ? value : byte)));
      passage.toViewer.push(back.map((byte, i) => (i === at % back.length ? value : byte)));
    }),
    { numRuns: 3000 },
  );
});
