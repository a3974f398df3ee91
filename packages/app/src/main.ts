#!/usr/bin/env node
/** The executable. Errors that a person can mend are one plain line each; everything else is a bug and shows its stack. */
import process from "node:process";
import { DeskgateError } from "@deskgate/contract";
import { createProgram } from "./cli/program.ts";
import { explainStartFailure } from "./cli/start-failure.ts";
import { ConfigError } from "./config/config-error.ts";

try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map((problem) => `deskgate: ${problem}`).join("\n");
  if (error instanceof DeskgateError) return `deskgate: ${error.message} (${error.code})${reasonOf(error)}`;
  const explained = explainStartFailure(error);
  if (explained !== undefined) return `deskgate: ${explained}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whoever starts the program is who mends its database and its backups, and needs to know what is wrong with them. */
function reasonOf({ code, cause }: DeskgateError): string {
  const isOfUse = ["database_unavailable", "backup_damaged"].includes(code) && cause instanceof Error;
  return isOfUse ? `\ndeskgate: the reason: ${cause.message || String(cause)}` : "";
}
