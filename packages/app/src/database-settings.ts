/** The database that the settings name, with what lies in files beside them: password and authority. */
import { readFile } from "node:fs/promises";
import type { DatabaseSettings } from "@deskgate/broker";
import { Secret } from "@deskgate/contract";
import type { DatabaseConfig } from "./config/database-file.ts";

/** `databaseFile` is where SQLite's would be. */
export async function readDatabaseSettings(
  config: DatabaseConfig,
  databaseFile: string,
): Promise<DatabaseSettings> {
  if (config.kind === "sqlite") return { kind: "sqlite", file: databaseFile };
  const { passwordFile, authorityFile, hasTls, ...place } = config;
  const password = passwordFile === undefined ? undefined : await readSecret(passwordFile);
  const authority = authorityFile === undefined ? undefined : await readFile(authorityFile, "utf8");
  return { ...place, password, tls: hasTls ? { authority } : undefined };
}

async function readSecret(file: string): Promise<Secret> {
  // Editors end a file with a line break, which is no part of the password.
  return new Secret((await readFile(file, "utf8")).replace(/\r?\n$/, ""));
}
