/** `deskgate backup` and `deskgate restore`, declared. */
import type { Command } from "commander";
import { type BackupOptions, backUp } from "./backup.ts";
import { type RestoreOptions, restore } from "./restore.ts";

/** `withSettings` adds the options that say where the settings are. */
export function addBackupCommands(program: Command, withSettings: (command: Command) => Command): void {
  withSettings(
    program
      .command("backup <file>")
      .description("write the whole database to a new file, beside a running server"),
  )
    .option("--json", "say what was written as JSON")
    .action((file: string, options: BackupOptions) => backUp(file, options));
  withSettings(
    program.command("restore <file>").description("put a backup into an empty database of either kind"),
  )
    .option("--replace", "delete what is in the database")
    .option("--yes", "do not ask before deleting")
    .option("--json", "say what was restored as JSON")
    .action((file: string, options: RestoreOptions) => restore(file, options));
}
