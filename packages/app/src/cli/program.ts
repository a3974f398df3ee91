/** The command line: `deskgate serve`, `deskgate doctor`, `deskgate sign-in-link`. */
import { Command } from "commander";
import type { CommandLine } from "../config/resolve.ts";
import { runDoctor } from "../doctor/doctor.ts";
import { readVersion } from "../version.ts";
import { importCommand } from "./import.ts";
import { serve } from "./serve.ts";
import { printSignInLink } from "./sign-in-link.ts";

export function createProgram(): Command {
  const program = new Command("deskgate");
  program
    .description("Connection broker and access gateway for virtual desktops")
    .version(readVersion())
    .showHelpAfterError();
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
  withSettings(importCommand(program.command("import")));
  return program;
}

function withSettings(command: Command): Command {
  return command
    .option("--config <file>", "configuration file (default ./deskgate.json where it is there)")
    .option("--data <folder>", "data folder (default ./data)");
}
