import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EscapeFilter, type Filtered, MAX_SEQUENCE_CHARACTERS } from "./escape-filter.ts";

function filtered(pieces: readonly string[]): Filtered {
  const filter = new EscapeFilter();
  const parts = pieces.map((piece) => filter.feed(piece));
  return {
    passed: parts.map(({ passed }) => passed).join(""),
    taken: parts.flatMap(({ taken }) => taken),
  };
}

/** The codes of control strings that a terminal would act on: xterm.js's table, reduced to what matters for OSC. */
function codesActedOn(text: string): number[] {
  const codes: number[] = [];
  let state: "ground" | "escape" | "string" = "ground";
  let body = "";
  for (const character of text.replaceAll("\ufeff", "")) {
    if (state === "string" && "\x07\x1b\x9c".includes(character)) {
      const code = /^([0-9]+)(;|$)/.exec(body)?.[1];
      if (code !== undefined) codes.push(Number(code));
    }
    const next = nextState(state, character);
    if (next === "string" && state === "string" && character >= " ") body += character;
    if (next === "string" && (state !== "string" || character === "\x9d")) body = "";
    state = next;
  }
  return codes;
}

function nextState(state: "ground" | "escape" | "string", character: string): typeof state {
  const isC1 = "\x80" <= character && character <= "\x9f";
  if (character === "\x9d" || (state === "escape" && character === "]")) return "string";
  if (character === "\x1b") return "escape";
  if (isC1 || character === "\x18" || character === "\x1a") return "ground";
  if (state === "string") return character === "\x07" ? "ground" : "string";
  return character < " " || character === "\x7f" ? state : "ground";
}

const HIDDEN = [0, 1, 2, 52];

describe("a terminal's output", () => {
  it.each([
    ["text and colours", "a\x1b[31mred\x1b[0m é 漢 \x1b(B\x1bM", []],
    ["a hyperlink", "\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\", []],
    ["a colour's question", "\x1b]11;?\x07", []],
    ["an OSC that is none", "\x1b]x52;c;QQ==\x07", []],
    ["a lone escape", "\x1b\x1bOA", []],
  ])("passes: %s", (_what, text) => {
    expect(filtered([text])).toEqual({ passed: text, taken: [] });
    for (let cut = 0; cut <= text.length; cut++)
      expect(filtered([text.slice(0, cut), text.slice(cut)])).toEqual({ passed: text, taken: [] });
  });

  it.each([
    [
      "a clipboard ended by BEL",
      "a\x1b]52;c;QQ==\x07b",
      "a\x1b\\b",
      { kind: "clipboard", payload: "c;QQ==" },
    ],
    [
      "a clipboard ended by ST",
      "a\x1b]52;c;QQ==\x1b\\b",
      "a\x1b\\b",
      { kind: "clipboard", payload: "c;QQ==" },
    ],
    ["C1 characters", "a\x9d52;c;QQ==\x9cb", "a\x1b\\b", { kind: "clipboard", payload: "c;QQ==" }],
    ["leading zeros", "a\x1b]0052;c;QQ==\x07b", "a\x1b\\b", { kind: "clipboard", payload: "c;QQ==" }],
    ["a question for the clipboard", "\x1b]52;c;?\x07", "\x1b\\", { kind: "clipboard", payload: "c;?" }],
    ["a title", "\x1b]0;me@host: ~\x07$ ", "\x1b\\$ ", { kind: "title", payload: "me@host: ~" }],
    ["an icon's name", "\x1b]1;x\x1b\\", "\x1b\\", { kind: "title", payload: "x" }],
    [
      "controls in the code",
      "\x1b\x01]5\x022;c;Q\x00Q==\x07",
      "\x01\x1b\\",
      { kind: "clipboard", payload: "c;QQ==" },
    ],
    [
      "a byte order mark",
      "\x1b\ufeff]5\ufeff2;c;QQ==\x07",
      "\x1b\\",
      { kind: "clipboard", payload: "c;QQ==" },
    ],
    ["the next sequence as the end", "\x1b]2;t\x1b[1m", "\x1b\\\x1b[1m", { kind: "title", payload: "t" }],
  ])("loses, but tells: %s", (_what, text, passed, taken) => {
    expect(filtered([text])).toEqual({ passed, taken: [taken] });
    for (let cut = 0; cut <= text.length; cut++)
      expect(filtered([text.slice(0, cut), text.slice(cut)])).toEqual({ passed, taken: [taken] });
    expect(filtered([...text])).toEqual({ passed, taken: [taken] });
  });

  it.each([
    ["one that is cancelled", "a\x1b]52;c;QQ==\x18b", "a\x1b\\b"],
    ["one with too many zeros", "a\x1b]000000052;c;QQ==\x07b", "a\x1b\\b"],
    ["one begun anew", "a\x1b]52;c;QQ==\x9d8;;x\x07b", "a\x1b\\\x9d8;;x\x07b"],
  ])("loses without a word: %s", (_what, text, passed) => {
    expect(filtered([text])).toEqual({ passed, taken: [] });
  });

  it("holds no clipboard beyond the limit", () => {
    const filter = new EscapeFilter();
    expect(filter.feed("\x1b]52;c;").passed).toBe("\x1b\\");
    for (let i = 0; i < 300; i++) expect(filter.feed("A".repeat(1024))).toEqual({ passed: "", taken: [] });
    expect(MAX_SEQUENCE_CHARACTERS).toBeLessThan(300 * 1024);
    expect(filter.feed("\x07b")).toEqual({ passed: "b", taken: [] });
  });

  it("never makes a terminal act on such a code, whatever comes in whatever pieces", () => {
    const unit = fc.constantFrom(
      ...["\x1b", "]", "5", "2", "0", "52;c;", ";", "x", "\x07", "\\", "\x9d", "\x9c", "\x90", "\x18"],
      ...["\x00", "\x7f", "\ufeff", "\x1b]52;c;QQ==\x07", "\x1b]0;t\x1b\\", "[", "8;;"],
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 25 }), (units) => {
        const cut = filtered(units);
        expect(cut).toEqual(filtered([units.join("")]));
        // A sequence that is not closed yet may be, once more comes.
        for (const end of ["", "\x07", "\x1b\\"])
          expect(codesActedOn(cut.passed + end).filter((code) => HIDDEN.includes(code))).toEqual([]);
      }),
      { numRuns: 20_000 },
    );
  });
});
