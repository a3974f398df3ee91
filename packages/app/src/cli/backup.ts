/** `deskgate backup FILE`: the whole database in one file, beside a running server. Never the key that opens its secrets. */
import { open, rename, rm } from "node:fs/promises";
import process from "node:process";
import { writeBackup } from "@deskgate/broker";
import { type CommandLine, type Config, resolveConfig } from "../config/resolve.ts";
import { openDataDirectory } from "../data-directory.ts";
import { readDatabaseSettings } from "../database-settings.ts";
import { noteBackup } from "../program-facts.ts";
import { readVersion } from "../version.ts";
import { printRows } from "./print-rows.ts";

export interface BackupOptions extends CommandLine {
  readonly json?: boolean;
}

export async function backUp(file: string, options: BackupOptions): Promise<void> {
  const config = resolveConfig(options);
  const { databaseFile, keyFile } = await openDataDirectory(config.dataDirectory);
  const database = await readDatabaseSettings(config.database, databaseFile);
  const madeAt = Date.now();
  const summary = await writeWhole(file, async (output) =>
    writeBackup({ database, output, program: readVersion(), madeAt }),
  );
  await noteBackup(config.dataDirectory, madeAt);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, ...summary, sealingKeyFile: keyFile })}\n`);
    return;
  }
  printRows(`Backed up ${describeDatabase(config)} to ${file}`, summary.rows);
  process.stdout.write(
    `\nPasswords and keys in it are still sealed. The key that opens them is NOT in it: keep a copy of\n${keyFile}\nin another place than the backup. Without that key they have to be entered again.\n`,
  );
}

/** `file` appears when it is complete, readable by nobody else, and never over one that is there. */
async function writeWhole<Result>(
  file: string,
  write: (output: NodeJS.WritableStream) => Promise<Result>,
): Promise<Result> {
  // Reserves the name, and refuses one that is taken.
  await (await open(file, "wx", 0o600)).close();
  const partial = `${file}.partial`;
  try {
    const handle = await open(partial, "w", 0o600);
    const result = await write(handle.createWriteStream({ flush: true }));
    await rename(partial, file);
    return result;
  } catch (cause) {
    await Promise.all([rm(partial, { force: true }), rm(file, { force: true })]);
    throw cause;
  }
}

function describeDatabase({ database }: Config): string {
  return database.kind === "sqlite" ? "the SQLite database" : `${database.name} on ${database.host}`;
}
