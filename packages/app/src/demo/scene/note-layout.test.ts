import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { caretAt, lineOfCaret, wrapNote } from "./note-layout.ts";

const wrapped = (text: string, columns: number) =>
  wrapNote([...text], columns).map(({ start, end }) => text.slice(start, end));

describe("wrapping a note", () => {
  it("breaks behind spaces, and in a word only where it is longer than a line", () => {
    expect(wrapped("one two three", 8)).toEqual(["one two ", "three"]);
    expect(wrapped("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
    expect(wrapped("a\n\nb", 4)).toEqual(["a", "", "b"]);
    expect(wrapped("", 4)).toEqual([""]);
  });

  it("loses no character and finds the caret's line again, for any text", () => {
    const text = fc.array(fc.constantFrom("a", "b", " ", "\n"), { maxLength: 80 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 12 }), (characters, columns) => {
        const lines = wrapNote(characters, columns);
        expect(lines.map(({ start, end }) => characters.slice(start, end).join("")).join("")).toBe(
          characters.filter((character) => character !== "\n").join(""),
        );
        for (let caret = 0; caret <= characters.length; caret++) {
          const line = lineOfCaret(lines, caret);
          const column = caret - (lines[line]?.start ?? 0);
          expect(column).toBeLessThanOrEqual(columns);
          expect(caretAt(lines, { line, column })).toBe(caret);
        }
      }),
    );
  });
});
