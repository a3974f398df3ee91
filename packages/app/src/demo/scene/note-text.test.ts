import { expect, it } from "vitest";
import { EMPTY_NOTE, eraseBefore, insertText, MAX_NOTE_CHARACTERS, textOf, withCaret } from "./note-text.ts";

it("takes no more than its limit, however much is pasted", () => {
  const full = insertText(EMPTY_NOTE, "x".repeat(MAX_NOTE_CHARACTERS + 10));
  expect(full.characters).toHaveLength(MAX_NOTE_CHARACTERS);
  expect(insertText(withCaret(full, 0), "y")).toMatchObject({ caret: 0, characters: full.characters });
});

it("drops control characters and keeps line ends and tabs as something that can be shown", () => {
  expect(textOf(insertText(EMPTY_NOTE, "a\u0000\u001b\u0085\r\nb\rc\td"))).toBe("a\nb\nc    d");
});

it("erases nothing before the beginning", () => {
  expect(eraseBefore(EMPTY_NOTE)).toBe(EMPTY_NOTE);
});
