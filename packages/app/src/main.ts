#!/usr/bin/env node
/** The executable. Errors that a person can mend are one plain line each; everything else is a bug and shows its stack. */
import process from "node:process";
import { DeskgateError } from "@deskgate/contract";
import { CommanderError } from "commander";
import { EXIT } from "./cli/exit-codes.ts";
import { runProgram } from "./cli/program.ts";
import { explainStartFailure } from "./cli/start-failure.ts";
import { UsageError } from "./cli/usage-error.ts";
import { ConfigError } from "./config/config-error.ts";

try {
  await runProgram(process.argv.slice(2));
} catch (error) {
  // commander has said itself what was wrong.
  const isSaid = error instanceof CommanderError;
  if (!isSaid) process.stderr.write(`${describe(error)}\n`);
  process.exitCode = isSaid || error instanceof UsageError ? EXIT.usage : EXIT.failed;
}

function describe(error: unknown): string {
  if (error instanceof UsageError) return `deskgate: ${error.message}`;
  if (error instanceof ConfigError) return error.problems.map((problem) => `deskgate: ${problem}`).join("\n");
  if (error instanceof DeskgateError) return describeRefusal(error);
  const explained = explainStartFailure(error);
  if (explained !== undefined) return `deskgate: ${explained}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function describeRefusal({ message, code, fields, cause }: DeskgateError): string {
  const wrong = Object.entries(fields ?? {}).map(([name, why]) => `\ndeskgate:   ${name}: ${why}`);
  return `deskgate: ${message} (${code})${wrong.join("")}${reasonOf(code, cause)}`;
}

/** Whoever starts the program is who mends its database and its backups, and needs to know what is wrong with them. */
function reasonOf(code: DeskgateError["code"], cause: unknown): string {
  const isOfUse = ["database_unavailable", "backup_damaged"].includes(code) && cause instanceof Error;
  return isOfUse ? `\ndeskgate: the reason: ${cause.message || String(cause)}` : "";
}
