/** What the writers of completion scripts share. */

/** One command with all that may follow it. */
export interface Completable {
  /** The words that lead to it, without the program's name. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly words: readonly CompletableWord[];
  readonly options: readonly CompletableOption[];
}

interface CompletableWord {
  readonly text: string;
  readonly summary: string;
}

export interface CompletableOption extends CompletableWord {
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** In single quotes, for every shell here. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
