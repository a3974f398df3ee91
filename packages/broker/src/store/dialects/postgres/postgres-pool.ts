/** The pool of connections to PostgreSQL: where it is, what every connection is set to, and its deadlines. */
import type { ConnectionOptions } from "node:tls";
import type { Secret } from "@deskgate/contract";
import pg from "pg";

export interface PostgresSettings {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | undefined;
  /** The database's name. */
  readonly name: string;
  readonly tls: PostgresTls | undefined;
  readonly maxConnections: number;
}

export interface PostgresTls {
  /** PEM; absent for the system's own authorities. */
  readonly authority: string | undefined;
}

/** No deadline is zero. */
export interface PostgresDeadlines {
  readonly connectMs: number;
  readonly statementMs: number;
  readonly idleInTransactionMs: number;
}

export const DEADLINES: PostgresDeadlines = {
  // LIMIT: also how long a statement waits for one of the pool's connections.
  connectMs: 3_000,
  // LIMIT: the store's statements take milliseconds; one that takes this long has met a lock or a lost server.
  statementMs: 5_000,
  // LIMIT: between two statements of a transaction; the server then frees what a lost broker held.
  idleInTransactionMs: 15_000,
};

/** A migration may rewrite a table; only the connection has a deadline. */
export const MIGRATION_DEADLINES: PostgresDeadlines = {
  ...DEADLINES,
  statementMs: 0,
  idleInTransactionMs: 0,
};

/** The server cancels first and says so; our own clock is for a server that is gone. */
const GRACE_MS = 1_000;
const IDLE_CONNECTION_MS = 60_000;

export function openPool(settings: PostgresSettings, deadlines: PostgresDeadlines): pg.Pool {
  const { host, port, user, password, name, tls, maxConnections } = settings;
  const { connectMs, statementMs, idleInTransactionMs } = deadlines;
  const pool = new pg.Pool({
    ...{ host, port, user, database: name, max: maxConnections },
    // Asked for by the connection when it needs it, so that no object of the pool's options holds it in clear.
    ...(password === undefined ? {} : { password: () => password.reveal() }),
    ssl: tls !== undefined && tlsOptions(tls),
    application_name: "deskgate",
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    keepAlive: true,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    query_timeout: statementMs === 0 ? 0 : statementMs + GRACE_MS,
    // Everything, single statements too, is as if one ran after the other: what SQLite's one writer promises the stores.
    options: "-c default_transaction_isolation=serializable",
    types: { getTypeParser },
  });
  // An idle connection that the server closed; the pool has dropped it, and the next statement opens another.
  pool.on("error", () => undefined);
  // One that went away between two statements of a transaction; unheard, that would end the program. The next statement
  // on it fails.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

/** Chain and name are checked whatever the environment says of certificates. */
function tlsOptions({ authority }: PostgresTls): ConnectionOptions {
  return { rejectUnauthorized: true, ...(authority === undefined ? {} : { ca: authority }) };
}

const { BOOL, INT8, NUMERIC } = pg.types.builtins;

/**
 * Rows look as SQLite's do: times, sums and counts are numbers, claims are 0 or 1.
 * LIMIT: whole numbers up to 2^53; the largest we store are milliseconds and bytes.
 */
function getTypeParser(oid: number, format?: "text" | "binary") {
  if (oid === INT8 || oid === NUMERIC) return Number;
  if (oid === BOOL) return (text: string) => (text === "t" ? 1 : 0);
  return format === "binary" ? pg.types.getTypeParser(oid, "binary") : pg.types.getTypeParser(oid, "text");
}
