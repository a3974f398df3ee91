/** How a note breaks into lines of equally wide characters. */

/** The characters [`start`, `end`) of the note, without the line end. */
export interface NoteLine {
  readonly start: number;
  readonly end: number;
}

/** Breaks at spaces where that is possible, in a word where it is not. There is always at least one line. */
export function wrapNote(characters: readonly string[], columns: number): readonly NoteLine[] {
  const lines: NoteLine[] = [];
  let start = 0;
  for (;;) {
    const newline = characters.indexOf("\n", start);
    const paragraphEnd = newline === -1 ? characters.length : newline;
    while (columns < paragraphEnd - start) {
      const end = breakAt(characters, start, columns);
      lines.push({ start, end });
      start = end;
    }
    lines.push({ start, end: paragraphEnd });
    if (newline === -1) return lines;
    start = newline + 1;
  }
}

/** Right behind the last space that fits; a space that just does not fit may hang over the edge. */
function breakAt(characters: readonly string[], start: number, columns: number): number {
  for (let at = start + columns; start < at; at--) if (characters[at] === " ") return at + 1;
  return start + columns;
}

/** The line that holds the caret. Where a line was wrapped, the caret stands at the beginning of the next. */
export function lineOfCaret(lines: readonly NoteLine[], caret: number): number {
  return Math.max(
    0,
    lines.findLastIndex(({ start }) => start <= caret),
  );
}

/** The caret nearest to a line and column; both may lie outside the text. */
export function caretAt(
  lines: readonly NoteLine[],
  place: { readonly line: number; readonly column: number },
): number {
  const index = Math.max(0, Math.min(lines.length - 1, place.line));
  const line = lines[index] ?? { start: 0, end: 0 };
  const isWrapped = lines[index + 1]?.start === line.end;
  const last = isWrapped ? line.end - 1 : line.end; // behind a wrapped line's last character begins the next line
  return Math.max(line.start, Math.min(last, line.start + Math.max(0, place.column)));
}
