/** What must be true of a PostgreSQL server and of the schema in it. */
import { type Kysely, sql } from "kysely";
import type { Tables } from "../../tables.ts";
import type { DatabaseDescription } from "../store-dialect.ts";

const OLDEST_VERSION = 13;

interface ServerRow {
  readonly version: number;
  readonly isStandby: 0 | 1;
  readonly encoding: string;
  readonly unordered: string | null;
}

/** `ok`, or what is wrong. */
export async function checkPostgres(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<ServerRow>`
    select current_setting('server_version_num')::int / 10000 as version,
      pg_is_in_recovery() as is_standby,
      current_setting('server_encoding') as encoding,
      (select min(table_name || '.' || column_name) from information_schema.columns
        where table_schema = current_schema() and data_type = 'text' and collation_name is distinct from 'C'
      ) as unordered`.execute(db);
  const [server] = rows;
  if (!server) return "no answer";
  if (server.version < OLDEST_VERSION)
    return `PostgreSQL ${server.version} is too old; ${OLDEST_VERSION} or newer is needed`;
  if (server.isStandby === 1) return "this server is a standby, which takes no writes";
  if (server.encoding !== "UTF8") return `the database's encoding is ${server.encoding}; it must be UTF8`;
  return server.unordered === null ? "ok" : `the column ${server.unordered} does not compare by bytes`;
}

export async function describePostgres(db: Kysely<Tables>): Promise<DatabaseDescription> {
  const { rows } = await sql<{ readonly version: string; readonly sizeBytes: number }>`
    select current_setting('server_version') as version,
      pg_database_size(current_database()) as size_bytes`.execute(db);
  const [row] = rows;
  return { version: row?.version ?? "", sizeBytes: Number(row?.sizeBytes ?? 0) };
}
