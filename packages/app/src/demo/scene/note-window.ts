/** The note-pad: what is typed, where the caret stands, and the clipboard it shares with the viewers. */
import type { Canvas } from "../canvas/canvas.ts";
import type { Point, Rect, Size } from "../canvas/rect.ts";
import { drawText, textWidth } from "../canvas/text.ts";
import type { Fonts } from "../font/fonts.ts";
import { INK } from "./inks.ts";
import { characterOf, KEY, plainKey } from "./keysym.ts";
import { caretAt, lineOfCaret, type NoteLine, wrapNote } from "./note-layout.ts";
import {
  EMPTY_NOTE,
  eraseAfter,
  eraseBefore,
  insertText,
  type NoteText,
  textOf,
  withCaret,
} from "./note-text.ts";

export const NOTE_SIZE: Size = { width: 536, height: 356 };
const INSET = { x: 18, y: 12 } as const;
const FOOTER_HEIGHT = 30;
const LINE_HEIGHT = 22;
const BASELINE = 16;
const COLUMN_WIDTH = 9;
const COLUMNS = Math.floor((NOTE_SIZE.width - 2 * INSET.x) / COLUMN_WIDTH) - 1;
/** LIMIT: characters kept from a viewer's clipboard. */
const MAX_CLIPBOARD_CHARACTERS = 4000;

export class NoteWindow {
  #note: NoteText = EMPTY_NOTE;
  #lines: readonly NoteLine[] = wrapNote([], COLUMNS);
  #firstLine = 0;
  #clipboard = "";

  get text(): string {
    return textOf(this.#note);
  }

  /** Keeps what a viewer copied, for the next paste. */
  keepClipboard(text: string): void {
    this.#clipboard = text.slice(0, MAX_CLIPBOARD_CHARACTERS);
  }

  /** The whole note, which is also kept for the next paste; `undefined` where there is nothing to copy. */
  copy(): string | undefined {
    if (this.text === "") return undefined;
    this.keepClipboard(this.text);
    return this.text;
  }

  paste(): void {
    this.#change(insertText(this.#note, this.#clipboard));
  }

  /** Types or edits by one key without modifiers other than Shift. */
  typeKey(keysym: number): void {
    this.#change(edited(this.#note, plainKey(keysym), this.#lines));
  }

  /** Puts the caret where `point` is. */
  press(content: Rect, point: Point): void {
    const line = this.#firstLine + Math.floor((point.y - content.y - INSET.y) / LINE_HEIGHT);
    const column = Math.round((point.x - content.x - INSET.x) / COLUMN_WIDTH);
    this.#change(withCaret(this.#note, caretAt(this.#lines, { line, column })));
  }

  /** What each row of `content` shows; rows that differ from before need new pixels. */
  rows(content: Rect): readonly { readonly rect: Rect; readonly shows: string }[] {
    const caretLine = lineOfCaret(this.#lines, this.#note.caret);
    const rows = Array.from({ length: visibleLines(content) }, (_, i) => {
      const line = this.#firstLine + i;
      const caret = line === caretLine ? this.#note.caret : "";
      const shows = `${caret}|${this.#lineText(line)}|${this.text === ""}`;
      return { rect: { ...content, y: content.y + INSET.y + i * LINE_HEIGHT, height: LINE_HEIGHT }, shows };
    });
    return [...rows, { rect: footerRect(content), shows: this.#status() + this.#clipboard.length }];
  }

  paint(canvas: Canvas, fonts: Fonts, { content, hasFocus }: { content: Rect; hasFocus: boolean }): void {
    const x = content.x + INSET.x;
    const top = content.y + INSET.y;
    const style = { face: fonts.mono, ink: INK.text };
    if (this.text === "")
      drawText(canvas, "Type here …", { ...style, ink: INK.textFaint, at: { x, y: top + BASELINE } });
    for (let row = 0; row < visibleLines(content); row++) {
      const at = { x, y: top + row * LINE_HEIGHT + BASELINE };
      drawText(canvas, this.#lineText(this.#firstLine + row), { ...style, at });
    }
    if (hasFocus) this.#paintCaret(canvas, { x, y: top });
    this.#paintFooter(canvas, fonts, footerRect(content));
  }

  #paintCaret(canvas: Canvas, origin: Point): void {
    const line = lineOfCaret(this.#lines, this.#note.caret);
    const column = this.#note.caret - (this.#lines[line]?.start ?? 0);
    const x = origin.x + column * COLUMN_WIDTH - 1;
    const y = origin.y + (line - this.#firstLine) * LINE_HEIGHT + 1;
    canvas.fill({ x, y, width: 2, height: LINE_HEIGHT - 2 }, INK.accent);
  }

  #paintFooter(canvas: Canvas, fonts: Fonts, footer: Rect): void {
    canvas.fill({ ...footer, height: 1 }, INK.line);
    const style = { face: fonts.small, ink: INK.textSoft };
    const y = footer.y + 20;
    drawText(canvas, this.#status(), { ...style, at: { x: footer.x + INSET.x, y } });
    const clipboard = `Clipboard: ${this.#clipboard === "" ? "empty" : `${this.#clipboard.length} characters`}`;
    const x = footer.x + footer.width - INSET.x - textWidth(fonts.small, clipboard);
    drawText(canvas, clipboard, { ...style, at: { x, y } });
  }

  #status(): string {
    const line = lineOfCaret(this.#lines, this.#note.caret);
    return `Line ${line + 1}, column ${this.#note.caret - (this.#lines[line]?.start ?? 0) + 1}`;
  }

  #lineText(index: number): string {
    const line = this.#lines[index];
    return line ? this.#note.characters.slice(line.start, line.end).join("") : "";
  }

  /** Takes over a new note and scrolls so that the caret can be seen. */
  #change(note: NoteText): void {
    if (note.characters !== this.#note.characters) this.#lines = wrapNote(note.characters, COLUMNS);
    this.#note = note;
    const line = lineOfCaret(this.#lines, note.caret);
    const page = Math.floor((NOTE_SIZE.height - FOOTER_HEIGHT - INSET.y - 40) / LINE_HEIGHT);
    this.#firstLine = Math.max(line - page + 1, Math.min(this.#firstLine, line));
  }
}

function edited(note: NoteText, key: number, lines: readonly NoteLine[]): NoteText {
  const line = lineOfCaret(lines, note.caret);
  const { start, end } = lines[line] ?? { start: 0, end: 0 };
  const column = note.caret - start;
  switch (key) {
    case KEY.backspace:
      return eraseBefore(note);
    case KEY.delete:
      return eraseAfter(note);
    case KEY.enter:
      return insertText(note, "\n");
    case KEY.tab:
      return insertText(note, "\t");
    case KEY.left:
      return withCaret(note, note.caret - 1);
    case KEY.right:
      return withCaret(note, note.caret + 1);
    case KEY.up:
      return withCaret(note, line === 0 ? 0 : caretAt(lines, { line: line - 1, column }));
    case KEY.down:
      return withCaret(note, line === lines.length - 1 ? end : caretAt(lines, { line: line + 1, column }));
    case KEY.home:
      return withCaret(note, start);
    case KEY.end:
      return withCaret(note, caretAt(lines, { line, column: COLUMNS + 1 }));
    default:
      return insertText(note, characterOf(key) ?? "");
  }
}

function visibleLines(content: Rect): number {
  return Math.floor((content.height - FOOTER_HEIGHT - INSET.y) / LINE_HEIGHT);
}

function footerRect(content: Rect): Rect {
  return { ...content, y: content.y + content.height - FOOTER_HEIGHT, height: FOOTER_HEIGHT };
}
