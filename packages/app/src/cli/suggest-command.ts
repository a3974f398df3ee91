/** What was meant by a command that is none. The default command would take it for a word of its own. */
import type { Command } from "commander";
import { closest, distance } from "fastest-levenshtein";

/** A typing slip changes a few letters; more is another word. */
const MAX_SLIPS = 3;

/** A sentence where the first word is no command; `undefined` where all is well. */
export function suggestCommand(program: Command, [word]: readonly string[]): string | undefined {
  if (word === undefined || word.startsWith("-") || word === "help") return undefined;
  const known = program.commands.map((command) => command.name());
  if (known.includes(word)) return undefined;
  const nearest = closest(word, known);
  if (distance(word, nearest) <= MAX_SLIPS) return `there is no "${word}"; did you mean "${nearest}"?`;
  return `there is no "${word}"; there are ${known.join(", ")}`;
}
