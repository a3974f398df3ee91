/** The command line: what runs the server, what looks at it, and the verbs of `verbs/registry.ts`. */
import process from "node:process";
import { Command, CommanderError } from "commander";
import type { CommandLine } from "../config/resolve.ts";
import { runDoctor } from "../doctor/doctor.ts";
import { readVersion } from "../version.ts";
import { addBackupCommands } from "./backup-commands.ts";
import { runBroker } from "./broker.ts";
import { completionScript, SHELLS, type Shell } from "./completion/completion.ts";
import { runGateway } from "./gateway.ts";
import { printGatewayCode } from "./gateway-code.ts";
import { importCommand } from "./import.ts";
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
    .option("--broker <url>", "check a gateway of this broker, instead of a site in one program")
    .option("--link-listen <host:port>", "check a broker alone, with its port for gateways here")
    .action((options: CommandLine) => runDoctor(options));
  withSettings(
    program.command("sign-in-link <name>").description("make a one-time sign-in link for a user"),
  ).action((name: string, options: CommandLine) => printSignInLink(name, options));
  addApart(program);
  addBackupCommands(program, withSettings);
  withSettings(importCommand(program.command("import")));
  addNouns(program, NOUNS, withSettings);
  program
    .command("completion <shell>")
    .description(`write a completion script for ${SHELLS.join(", ")}`)
    .action((shell: string) => writeCompletion(program, shell));
  return program;
}

/** The planes in processes of their own. */
function addApart(program: Command): void {
  withSettings(program.command("broker").description("run the broker alone; gateways join it by code"))
    .option("--link-listen <host:port>", "address of the port for gateways (default [::]:8444)")
    .action((options: CommandLine) => runBroker(options));
  withSettings(program.command("gateway").description("run one gateway of a broker"))
    .option("--listen <host:port>", "address of the one TLS port (default [::]:8443)")
    .option("--broker <url>", "the broker's port for gateways, such as https://broker.example.org:8444")
    .option("--code-file <file>", "file with the one-time registration code; - reads standard input")
    .option("--code <code>", "the code itself; others on this host can see it, so prefer --code-file")
    .option("--name <name>", "what the gateway calls itself (default this host's name)")
    .action((options: CommandLine) => runGateway(options));
  const codes = program.command("gateway-code").description("one-time codes by which gateways join");
  withSettings(codes.command("create").description("make a code; it is good for one gateway, for 15 minutes"))
    .option("--name <name>", "the gateway's name, instead of what it calls itself")
    .option("--json", "print it as JSON")
    .action((options: CommandLine & { readonly json?: boolean }) => printGatewayCode(options));
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
