/**
 * kysely's driver over the SQLite thread. There is one connection for everybody; a transaction has it to itself from its
 * begin to its end.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import { SqliteThread } from "./sqlite-thread.ts";
import { StatementOrder } from "./statement-order.ts";
import type { SqliteValue, WorkerSettings } from "./worker-messages.ts";

export class SqliteDriver implements Driver {
  readonly #settings: WorkerSettings;
  readonly #order = new StatementOrder();
  #thread: SqliteThread | undefined;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  async init(): Promise<void> {
    this.#thread = new SqliteThread(this.#settings);
  }

  async acquireConnection(): Promise<SqliteConnection> {
    if (!this.#thread) throw new Error("the driver was not started");
    return new SqliteConnection(this.#thread, this.#order);
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    connection.release();
  }

  async beginTransaction(connection: SqliteConnection, { accessMode }: TransactionSettings): Promise<void> {
    // IMMEDIATE: a second process that writes is met here, not in the middle. One that only reads waits for nobody.
    await connection.begin(accessMode === "read only" ? "begin deferred" : "begin immediate");
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
    connection.release();
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
    connection.release();
  }

  async destroy(): Promise<void> {
    await this.#thread?.close();
  }
}

/** One user's view of the connection, for one statement or one transaction. */
class SqliteConnection implements DatabaseConnection {
  readonly #thread: SqliteThread;
  readonly #order: StatementOrder;
  #isInTransaction = false;

  constructor(thread: SqliteThread, order: StatementOrder) {
    this.#thread = thread;
    this.#order = order;
  }

  async begin(statement: string): Promise<void> {
    this.#isInTransaction = true;
    try {
      await this.#order.alone(() => this.#thread.run(statement, []));
    } catch (cause) {
      this.release();
      throw cause;
    }
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    // kysely types parameters as unknown; the tables' types admit only what SQLite can hold.
    const send = () => this.#thread.run(sql, parameters as readonly SqliteValue[]);
    const { rows, changes } = await (this.#isInTransaction ? send() : this.#order.together(send));
    return { rows: rows as Row[], numAffectedRows: BigInt(changes) };
  }

  /** Lets the others go on; more than once does nothing. */
  release(): void {
    if (!this.#isInTransaction) return;
    this.#isInTransaction = false;
    this.#order.leave();
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator, and a result always fits in memory here
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("streaming is not supported");
  }
}
