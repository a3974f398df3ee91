/** What a verb has found, as people read it or as scripts do. */
import type { VerbResult } from "./verb.ts";

/** `undefined` where there is nothing left to say. */
export function printed(result: VerbResult, isJson: boolean): string | undefined {
  switch (result.kind) {
    case "table":
      return isJson ? json(result.items) : aligned([result.titles, ...result.rows], result.items.length);
    case "item":
      return isJson ? json(result.item) : fields(result.item);
    case "done":
      return isJson ? json(result.item) : `${result.said}\n`;
    case "written":
      return undefined;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function aligned(lines: readonly (readonly string[])[], count: number): string {
  if (count === 0) return "(none)\n";
  const shown = lines.map((line) => line.map(harmless));
  const widths = (shown[0] ?? []).map((_, index) =>
    Math.max(...shown.map((line) => line[index]?.length ?? 0)),
  );
  return shown
    .map(
      (line) =>
        `${line
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function fields(item: object): string {
  const entries = Object.entries(item);
  const width = Math.max(0, ...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${spelled(value)}\n`).join("");
}

function spelled(value: unknown): string {
  if (typeof value === "string") return harmless(value);
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** Names come from people; a terminal must not obey them. */
function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "\uFFFD");
}
