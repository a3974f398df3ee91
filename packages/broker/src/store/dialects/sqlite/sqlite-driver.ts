/**
 * kysely's driver over the SQLite thread. There is one connection, handed to one user at a time in the order they ask,
 * so a transaction has the database to itself until it ends.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { SqliteThread } from "./sqlite-thread.ts";
import type { SqliteValue, WorkerSettings } from "./worker-messages.ts";

export class SqliteDriver implements Driver {
  readonly #settings: WorkerSettings;
  readonly #waiting: (() => void)[] = [];
  #thread: SqliteThread | undefined;
  #isTaken = false;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  async init(): Promise<void> {
    this.#thread = new SqliteThread(this.#settings);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#thread) throw new Error("the driver was not started");
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
    return new SqliteConnection(this.#thread);
  }

  async releaseConnection(): Promise<void> {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#isTaken = false;
  }

  async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings): Promise<void> {
    // IMMEDIATE: a second process that writes is met here, not in the middle. One that only reads waits for nobody.
    const begin = accessMode === "read only" ? "begin deferred" : "begin immediate";
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  async destroy(): Promise<void> {
    await this.#thread?.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;

  constructor(thread: SqliteThread) {
    this.#thread = thread;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    // kysely types parameters as unknown; the tables' types admit only what SQLite can hold.
    const { rows, changes } = await this.#thread.run(sql, parameters as readonly SqliteValue[]);
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator, and a result always fits in memory here
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("streaming is not supported");
  }
}
