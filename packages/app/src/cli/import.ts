/**
 * `deskgate import --users users.csv --groups groups.csv …`: many things at once, all of them or none.
 *
 * Works beside a running server, on the database itself, with all rights: whoever may run it has the data folder.
 * It can also ask a server far away, with an API token (`--url`, token in DESKGATE_TOKEN).
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import {
  IMPORT_KINDS,
  type ImportKind,
  type ImportReply,
  importReplySchema,
  type SiteImport,
} from "@deskgate/contract";
import type { Command } from "commander";
import { openControlPlane } from "../compose.ts";
import { type CommandLine, resolveConfig } from "../config/resolve.ts";
import { createLog } from "../program-log.ts";
import { EXIT } from "./exit-codes.ts";
import { operatorName } from "./operator-name.ts";
import { UsageError } from "./usage-error.ts";

type ImportOptions = CommandLine & {
  readonly [Kind in ImportKind]?: string;
} & { readonly dryRun?: boolean; readonly json?: boolean; readonly url?: string };

/** Adds the command's own options; those of every command are added where it is registered. */
export function importCommand(command: Command): Command {
  command.description("make or change many users, groups, machines, pools and entitlements from CSV files");
  for (const kind of IMPORT_KINDS) command.option(`--${kind} <file>`, `${kind} as CSV`);
  return command
    .option("--dry-run", "say what would be done, and do nothing")
    .option("--url <address>", "import into the server at this address, with the API token in DESKGATE_TOKEN")
    .option("--json", "print the result as JSON")
    .action((options: ImportOptions) => runImport(options));
}

async function runImport(options: ImportOptions): Promise<void> {
  const site = await readSite(options);
  if (Object.keys(site).length === 0) throw new UsageError("name a file, like --users users.csv");
  const isDryRun = options.dryRun ?? false;
  const reply =
    options.url === undefined
      ? await importHere(options, site, isDryRun)
      : await importThere(options.url, site, isDryRun);
  const found: Findings = {
    ...reply,
    errors: reply.errors.map((error) => ({ file: options[error.kind] ?? error.kind, ...error })),
  };
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : textOf(found));
  if (0 < reply.errors.length) process.exitCode = EXIT.failed;
}

/** The reply, with the file that each error is in. */
type Findings = Omit<ImportReply, "errors"> & {
  readonly errors: readonly (ImportReply["errors"][number] & { readonly file: string })[];
};

async function readSite(options: ImportOptions): Promise<SiteImport> {
  const files = IMPORT_KINDS.flatMap((kind) => {
    const file = options[kind];
    return file === undefined ? [] : [{ kind, file }];
  });
  const read = files.map(async ({ kind, file }) => [kind, await readText(file)] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function importHere(
  commandLine: CommandLine,
  site: SiteImport,
  isDryRun: boolean,
): Promise<ImportReply> {
  const config = resolveConfig(commandLine);
  const { broker, close } = await openControlPlane(
    config,
    createLog({ ...config.log, level: "error" }, { isTerminal: false, isToErrors: true }),
  );
  try {
    return await broker.setup.importSite(site, { isDryRun, operator: operatorName() });
  } finally {
    await close();
  }
}

async function importThere(url: string, site: SiteImport, isDryRun: boolean): Promise<ImportReply> {
  const address = new URL(`/api/v1/imports?kind=site&dryRun=${isDryRun}`, url);
  const headers = {
    "content-type": "application/json",
    authorization: `Bearer ${process.env["DESKGATE_TOKEN"] ?? ""}`,
  };
  const response = await fetch(address, { method: "POST", headers, body: JSON.stringify(site) });
  const reply: unknown = await response.json();
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${JSON.stringify(reply)}`);
  return importReplySchema.parse(reply);
}

function textOf({ dryRun, isDone, counts, errors }: Findings): string {
  const lines = Object.entries(counts).map(
    ([kind, { created, updated, unchanged }]) =>
      `${kind.padEnd(12)} ${created} new, ${updated} changed, ${unchanged} as they were`,
  );
  const problems = errors.map(
    ({ file, row, column, reason }) =>
      `${file}, row ${row}${column === "" ? "" : `, column ${column}`}: ${reason}`,
  );
  const verdict = isDone
    ? "Done."
    : 0 < errors.length
      ? `Nothing was written: ${errors.length === 1 ? "1 problem" : `${errors.length} problems`}.`
      : dryRun
        ? "This was a dry run; nothing was written."
        : "Nothing was written.";
  return `${[...lines, ...problems, verdict].join("\n")}\n`;
}
