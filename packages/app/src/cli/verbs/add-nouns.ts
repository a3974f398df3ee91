/** The registry of verbs as commands of the command line, and one verb run from its words to its output. */
import process from "node:process";
import { type Command, Option } from "commander";
import { openControlPlane } from "../../compose.ts";
import { type CommandLine, resolveConfig } from "../../config/resolve.ts";
import { createLog } from "../../program-log.ts";
import { operatorName } from "../operator-name.ts";
import { askSecret } from "../secret-input.ts";
import { UsageError } from "../usage-error.ts";
import { printed } from "./print.ts";
import type { Noun, OptionValues, Verb, VerbCall, VerbOption } from "./verb.ts";

type Settings = (command: Command) => Command;

export function addNouns(program: Command, nouns: readonly Noun[], withSettings: Settings): void {
  for (const { name, summary, verbs } of nouns) {
    const noun = program.command(name).description(summary);
    for (const verb of verbs) withSettings(commandOf(noun, verb)).option("--json", "write JSON, for scripts");
  }
}

function commandOf(noun: Command, verb: Verb): Command {
  // Surplus words are refused below without being repeated: one of them may be a password.
  const command = noun.command(verb.name).description(verb.summary).allowExcessArguments();
  for (const operand of verb.operands ?? []) command.argument(`<${operand}>`);
  for (const option of verb.options ?? []) command.addOption(optionOf(option));
  command.action(async (...given: unknown[]) => {
    const count = verb.operands?.length ?? 0;
    if (count < command.args.length)
      throw new UsageError(
        `too many words after "${verb.name}"; secrets are never taken from the command line`,
      );
    const operands = given.slice(0, count).map(String);
    await runVerb(verb, operands, command.opts());
  });
  return command;
}

function optionOf({ flags, summary, isRepeated, isRequired, choices, suggestions }: VerbOption): Option {
  const option = new Option(flags, summary).makeOptionMandatory(isRequired === true);
  if (choices) option.choices([...choices]);
  // Offered, and any other value taken.
  if (suggestions) option.argChoices = [...suggestions];
  if (isRepeated) option.argParser((value: string, before: string[] = []) => [...before, value]);
  return option;
}

async function runVerb(
  verb: Verb,
  operands: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const config = resolveConfig(options as CommandLine); // `--config` and `--data`, which every verb has
  // The write itself says so too, to whoever waits for it.
  process.stdout.on("error", () => {});
  const log = createLog(
    { level: "error", format: config.log.format },
    { isTerminal: false, isToErrors: true },
  );
  const { broker, close } = await openControlPlane(config, log);
  try {
    const operator = operatorName();
    const api: VerbCall["api"] = (name, input) => broker.call(operator, name, input);
    const operand = (index: number) => operands[index] ?? "";
    const result = await verb.run({
      ...{ operand, api, broker, operator, askSecret, write },
      options: valuesOf(options),
    });
    const text = printed(result, options["json"] === true);
    if (text !== undefined) await write(text);
    if (result.kind === "done" && result.exitCode !== undefined) process.exitCode = result.exitCode;
  } catch (cause) {
    if (!isReaderGone(cause)) throw cause;
  } finally {
    await close();
  }
}

/** commander keeps values under names in camel case. */
function valuesOf(options: Readonly<Record<string, unknown>>): OptionValues {
  const value = (name: string) =>
    options[name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
  return {
    text: (name) => (typeof value(name) === "string" ? String(value(name)) : undefined),
    texts: (name) => {
      const found = value(name);
      return Array.isArray(found) ? found.map(String) : undefined;
    },
    has: (name) => value(name) === true,
  };
}

/** `deskgate audit export | head`: enough was read. */
function isReaderGone(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "EPIPE";
}

function write(text: string): Promise<void> {
  return new Promise((done, fail) => {
    process.stdout.write(text, (cause) => (cause ? fail(cause) : done()));
  });
}
