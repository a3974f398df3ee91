/** The note-pad's text and caret as a value; every edit gives a new one. */

export interface NoteText {
  /** One printed character each; "\n" ends a paragraph. */
  readonly characters: readonly string[];
  readonly caret: number;
}

/** LIMIT: characters in the note-pad. */
export const MAX_NOTE_CHARACTERS = 4000;
const TAB = "    ";

export const EMPTY_NOTE: NoteText = { characters: [], caret: 0 };

/** Puts `text` at the caret, as much as there is room for. Control characters other than line ends are dropped. */
export function insertText(note: NoteText, text: string): NoteText {
  const room = MAX_NOTE_CHARACTERS - note.characters.length;
  const added = [...text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll("\t", TAB)]
    .filter((character) => character === "\n" || !isControl(character))
    .slice(0, room);
  const characters = note.characters.toSpliced(note.caret, 0, ...added);
  return { characters, caret: note.caret + added.length };
}

export function eraseBefore(note: NoteText): NoteText {
  if (note.caret === 0) return note;
  return { characters: note.characters.toSpliced(note.caret - 1, 1), caret: note.caret - 1 };
}

export function eraseAfter(note: NoteText): NoteText {
  return { characters: note.characters.toSpliced(note.caret, 1), caret: note.caret };
}

/** The caret at `to`, or at the nearest place in the text. */
export function withCaret(note: NoteText, to: number): NoteText {
  return { ...note, caret: Math.max(0, Math.min(note.characters.length, to)) };
}

export function textOf(note: NoteText): string {
  return note.characters.join("");
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (0x7f <= code && code < 0xa0);
}
