/** Completion for bash. Needs nothing but bash itself. */
import type { Completable } from "./completable.ts";

export function bashScript(commands: readonly Completable[]): string {
  return `# Completion of deskgate for bash: source this file, or put it into bash's folder of completions.
_deskgate() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$path \${COMP_WORDS[index]}" in
${paths(commands)}
    esac
  done
  case "$path $before" in
${values(commands)}
  esac
  case "$path" in
${words(commands)}
  esac
}
complete -F _deskgate deskgate
`;
}

/** Words that lead further; anything else is an operand or a value. */
function paths(commands: readonly Completable[]): string {
  const known = commands.filter(({ path }) => 0 < path.length).map(({ path }) => `" ${path.join(" ")}"`);
  return `      ${known.join(" | ")}) path="$path \${COMP_WORDS[index]}" ;;`;
}

function values(commands: readonly Completable[]): string {
  return commands
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ text, choices }) => {
          const where = `"${path.map((step) => ` ${step}`).join("")} ${text}"`;
          // Without known values: files, which a setting often is.
          const replies = choices.length === 0 ? "-f" : `-W "${choices.join(" ")}"`;
          return `    ${where}) mapfile -t COMPREPLY < <(compgen ${replies} -- "$word"); return ;;`;
        }),
    )
    .join("\n");
}

function words(commands: readonly Completable[]): string {
  return commands
    .map(({ path, words: next, options }) => {
      const all = [...next, ...options].map(({ text }) => text).join(" ");
      const where = `"${path.map((step) => ` ${step}`).join("")}"`;
      return `    ${where}) mapfile -t COMPREPLY < <(compgen -W "${all}" -- "$word") ;;`;
    })
    .join("\n");
}
