/** Completion for zsh. */
import { type Completable, quoted } from "./completable.ts";

export function zshScript(commands: readonly Completable[]): string {
  return `#compdef deskgate
# Completion of deskgate for zsh: put this file as _deskgate into a folder of $fpath, or source it after compinit.
_deskgate() {
  local place="" index
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    case "$place \${words[index]}" in
      ${known(commands)}) place="$place \${words[index]}" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
${values(commands)}
  esac
  case "$place" in
${next(commands)}
  esac
  _describe deskgate found
}
if [[ "\${funcstack[1]}" == "_deskgate" ]]; then _deskgate "$@"; else compdef _deskgate deskgate; fi
`;
}

function known(commands: readonly Completable[]): string {
  return commands
    .filter(({ path }) => 0 < path.length)
    .map(({ path }) => `" ${path.join(" ")}"`)
    .join(" | ");
}

function place(path: readonly string[]): string {
  return path.map((step) => ` ${step}`).join("");
}

function values(commands: readonly Completable[]): string {
  return commands
    .flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ text, choices }) => {
          const action = choices.length === 0 ? "_files" : `compadd -- ${choices.map(quoted).join(" ")}`;
          return `    "${place(path)} ${text}") ${action}; return ;;`;
        }),
    )
    .join("\n");
}

function next(commands: readonly Completable[]): string {
  return commands
    .map(({ path, words, options }) => {
      const all = [...words, ...options].map(({ text, summary }) => quoted(`${text}:${summary}`));
      return `    "${place(path)}") found=(${all.join(" ")}) ;;`;
    })
    .join("\n");
}
