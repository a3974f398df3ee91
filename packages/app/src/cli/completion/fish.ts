/** Completion for fish. */
import { type Completable, quoted } from "./completable.ts";

export function fishScript(commands: readonly Completable[]): string {
  return `# Completion of deskgate for fish: put this file as deskgate.fish into a folder of completions.
function __deskgate_place
  set -l place
  for word in (commandline -opc)[2..-1]
    switch (string join ' ' -- $place $word)
      case ${commands
        .filter(({ path }) => 0 < path.length)
        .map(({ path }) => quoted(path.join(" ")))
        .join(" ")}
        set -a place $word
    end
  end
  string join ' ' -- $place
end
function __deskgate_at
  set -l place (__deskgate_place)
  test "$place" = "$argv[1]"
end
complete -c deskgate -f
${commands.flatMap(linesOf).join("\n")}
`;
}

function linesOf({ path, words, options }: Completable): string[] {
  // Twice quoted: the condition is a command line of its own.
  const at = quoted(`__deskgate_at ${quoted(path.join(" "))}`);
  return [
    ...words.map(
      ({ text, summary }) => `complete -c deskgate -n ${at} -a ${quoted(text)} -d ${quoted(summary)}`,
    ),
    ...options.map(({ text, summary, takesValue, choices }) => {
      const value = takesValue
        ? choices.length === 0
          ? " -r -F"
          : ` -x -a ${quoted(choices.join(" "))}`
        : "";
      return `complete -c deskgate -n ${at} -l ${quoted(text.replace(/^--/, ""))}${value} -d ${quoted(summary)}`;
    }),
  ];
}
