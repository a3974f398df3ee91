/** `deskgate restore FILE`: a backup put into the database that the settings name, whole or not at all. */
import { open } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { restoreBackup } from "@deskgate/broker";
import { ConfigError } from "../config/config-error.ts";
import { type CommandLine, type Config, resolveConfig } from "../config/resolve.ts";
import { openDataDirectory } from "../data-directory.ts";
import { readDatabaseSettings } from "../database-settings.ts";
import { printRows } from "./print-rows.ts";

export interface RestoreOptions extends CommandLine {
  readonly replace?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const CONFIRMATION = "replace";

export async function restore(file: string, options: RestoreOptions): Promise<void> {
  const config = resolveConfig(options);
  const backup = await open(file);
  const isReplacing = options.replace === true;
  if (isReplacing && options.yes !== true) await confirm(config);
  const { databaseFile, keyFile } = await openDataDirectory(config.dataDirectory);
  const database = await readDatabaseSettings(config.database, databaseFile);
  const restored = await restoreBackup({ database, input: backup.createReadStream(), isReplacing });
  const { header, rows, sha256 } = restored;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, ...header, rows, sha256 })}\n`);
    return;
  }
  printRows(`Restored ${file}, written on ${new Date(header.madeAt).toISOString()}`, rows);
  process.stdout.write(
    `\nThe passwords and keys in it open only with the key of the site it came from. Put that into\n${keyFile}\nbefore you start Deskgate. Sign-ins of that time that are not too old are valid again.\n`,
  );
}

/** Throws unless a person types the word. */
async function confirm({ database, dataDirectory }: Config): Promise<void> {
  if (!process.stdin.isTTY)
    throw new ConfigError([
      "restore --replace deletes what is in the database; add --yes where nobody can be asked",
    ]);
  const place = database.kind === "sqlite" ? dataDirectory : `${database.name} on ${database.host}`;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(
    `Everything in the database (${place}) will be deleted. Stop Deskgate first.\nType "${CONFIRMATION}" to go on: `,
  );
  asking.close();
  if (answer.trim() !== CONFIRMATION) throw new ConfigError(["nothing was changed"]);
}
