/**
 * Databases for tests: fresh ones of the dialect that the running vitest project is about. Not part of the program.
 *
 * The project `postgres` provides a server (tests/testbed/postgres-project.ts); without one, databases are SQLite's.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Secret } from "@deskgate/contract";
import { sql } from "kysely";
import pg from "pg";
import { inject } from "vitest";
import { openDatabase } from "./database.ts";
import type { PostgresSettings } from "./dialects/postgres/postgres-pool.ts";
import { type DatabaseSettings, dialectOf } from "./dialects/settings.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Absent where tests run on SQLite. `template` has every migration. */
    postgres?: {
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly template: string;
    };
  }
}

/** A new database that is up to date, or has no table at all. It goes with the test run. */
export async function newTestDatabase(content: "migrated" | "empty" = "migrated"): Promise<DatabaseSettings> {
  const server = inject("postgres");
  if (!server) return { kind: "sqlite", file: ":memory:" };
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const { port, user, password } = server;
  const template = content === "empty" ? "template0" : server.template;
  const client = new pg.Client({ host: "127.0.0.1", port, user, password, database: "postgres" });
  await client.connect();
  await client.query(`create database ${name} template ${template}`);
  await client.end();
  return { kind: "postgres", ...testServer(), name };
}

export interface LastingDatabase {
  readonly settings: DatabaseSettings;
  /** Everything in it, as text. */
  readAll(): Promise<string>;
  remove(): Promise<void>;
}

/** A new database that can be closed and opened again, also by several at once. */
export async function newLastingDatabase(
  content: "migrated" | "empty" = "migrated",
): Promise<LastingDatabase> {
  const settings = await newTestDatabase(content);
  if (settings.kind === "postgres")
    return { settings, readAll: () => readRows(settings), remove: async () => undefined };
  const folder = await mkdtemp(path.join(tmpdir(), "deskgate-store-"));
  return {
    settings: { kind: "sqlite", file: path.join(folder, "deskgate.sqlite") },
    readAll: () => readFiles(folder),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** The server under test, without a database. */
export function testServer(): Omit<PostgresSettings, "name"> {
  const server = inject("postgres");
  if (!server) throw new Error("this test needs the vitest project `postgres`");
  const { port, user, password } = server;
  return { host: "127.0.0.1", port, user, password: new Secret(password), tls: undefined, maxConnections: 6 };
}

async function readFiles(folder: string): Promise<string> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "latin1")));
  return texts.join("\n");
}

async function readRows(settings: DatabaseSettings): Promise<string> {
  const db = await openDatabase(dialectOf(settings));
  const { rows } = await sql<{ readonly content: string }>`
    select database_to_xml(true, false, '')::text as content`.execute(db);
  await db.destroy();
  return rows[0]?.content ?? "";
}
