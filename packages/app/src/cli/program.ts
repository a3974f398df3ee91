/** The command line: what runs the server, what looks at it, and the verbs of `verbs/registry.ts`. */
import process from "node:process";
import { Command, CommanderError } from "commander";
import type { CommandLine } from "../config/resolve.ts";
import { runDoctor } from "../doctor/doctor.ts";
import { readVersion } from "../version.ts";
import { completionScript, SHELLS, type Shell } from "./completion/completion.ts";
import { serve } from "./serve.ts";
import { printSignInLink } from "./sign-in-link.ts";
import { suggestCommand } from "./suggest-command.ts";
import { UsageError } from "./usage-error.ts";
import { addNouns } from "./verbs/add-nouns.ts";
import { NOUNS } from "./verbs/registry.ts";

/** Runs what `words` say. Throws {@link UsageError} or {@link CommanderError} where they are not understood. */
export async function runProgram(words: readonly string[]): Promise<void> {
  const program = createProgram();
  const unknown = suggestCommand(program, words);
  if (unknown !== undefined) throw new UsageError(unknown);
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (cause) {
    // Help and version were asked for and given.
    if (cause instanceof CommanderError && cause.exitCode === 0) return;
    throw cause;
  }
}

export function createProgram(): Command {
  const program = new Command("deskgate");
  program
    .description("Connection broker and access gateway for virtual desktops")
    .version(readVersion())
    .showHelpAfterError("(see --help)")
    .exitOverride();
  withSettings(
    program.command("serve", { isDefault: true }).description("run broker and gateway in one program"),
  )
    .option("--listen <host:port>", "address of the one TLS port (default [::]:8443)")
    .option("--no-demo", "do not offer the built-in demo desktop")
    .action((options: CommandLine) => serve(options));
  withSettings(
    program
      .command("doctor")
      .description("check port, certificate, database, time and machines, and say what to do"),
  )
    .option("--listen <host:port>", "address of the one TLS port (default [::]:8443)")
    .action((options: CommandLine) => runDoctor(options));
  withSettings(
    program.command("sign-in-link <name>").description("make a one-time sign-in link for a user"),
  ).action((name: string, options: CommandLine) => printSignInLink(name, options));
  addNouns(program, NOUNS, withSettings);
  program
    .command("completion <shell>")
    .description(`write a completion script for ${SHELLS.join(", ")}`)
    .action((shell: string) => writeCompletion(program, shell));
  return program;
}

function writeCompletion(program: Command, shell: string): void {
  const known: Shell | undefined = SHELLS.find((name) => name === shell);
  if (!known) throw new UsageError(`no completion for ${shell}; there are ${SHELLS.join(", ")}`);
  process.stdout.write(completionScript(program, known));
}

function withSettings(command: Command): Command {
  return command
    .option("--config <file>", "configuration file (default ./deskgate.json where it is there)")
    .option("--data <folder>", "data folder (default ./data)");
}
