/** Words of a machine, made fit for a log or a screen. */

/** LIMIT: characters kept of what a machine says to the log. */
const MAX_LOG_CHARACTERS = 200;

/** For the log: ASCII in one line. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_LOG_CHARACTERS);
}

/** For people: no control and no invisible formatting characters but line breaks and tabs, cut at `max` characters. */
export function readable(text: string, max: number): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "")
    .slice(0, max);
}

/** {@link readable} in one line. */
export function readableLine(text: string, max: number): string {
  return readable(text, max)
    .replace(/[\n\t]/g, " ")
    .trim();
}
