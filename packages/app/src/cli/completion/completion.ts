/** Completion scripts for shells, made from the very commands that the program runs. */
import type { Command, Option } from "commander";
import { bashScript } from "./bash.ts";
import type { Completable, CompletableOption } from "./completable.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const WRITERS: Readonly<Record<Shell, (commands: readonly Completable[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function completionScript(program: Command, shell: Shell): string {
  return WRITERS[shell](completables(program, []));
}

function completables(command: Command, path: readonly string[]): Completable[] {
  const here: Completable = {
    path,
    summary: command.description(),
    words: command.commands.map((child) => ({ text: child.name(), summary: child.description() })),
    options: command.options.filter(({ hidden }) => !hidden).map(completableOption),
  };
  const shells = SHELLS.map((text) => ({ text, summary: text }));
  const words = path.join(" ") === "completion" ? shells : here.words;
  return [
    { ...here, words },
    ...command.commands.flatMap((child) => completables(child, [...path, child.name()])),
  ];
}

function completableOption(option: Option): CompletableOption {
  return {
    text: option.long ?? option.flags,
    summary: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}
