/**
 * kysely's driver over a pool of PostgreSQL connections.
 *
 * It differs from kysely's own in four things: errors are ours, a single statement that lost against a transaction is
 * run again, a connection that is in doubt is never used again, and statements are prepared once per connection.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type pg from "pg";
import { TransactionConflict } from "../transaction-conflict.ts";
import { connectionError, isStalePlan, statementError } from "./postgres-error.ts";
import { preparedName } from "./prepared-names.ts";

export class PostgresDriver implements Driver {
  readonly #openPool: () => pg.Pool;
  #pool: pg.Pool | undefined;
  #isClosed = false;

  constructor(openPool: () => pg.Pool) {
    this.#openPool = openPool;
  }

  async init(): Promise<void> {
    // kysely starts a driver again that is used after its end.
    if (!this.#isClosed) this.#pool = this.#openPool();
  }

  async acquireConnection(): Promise<PostgresConnection> {
    try {
      if (!this.#pool) throw new Error("the driver was not started, or was closed");
      return new PostgresConnection(await this.#pool.connect());
    } catch (cause) {
      throw connectionError(cause);
    }
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release();
  }

  async beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel = "serializable", accessMode = "read write" } = settings;
    await connection.begin(`start transaction isolation level ${isolationLevel} ${accessMode}`);
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.end("commit");
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.end("rollback");
  }

  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#isClosed = true;
    this.#pool = undefined;
    await pool?.end();
  }
}

// LIMIT: runs of a single statement. It loses only against transactions that have just won.
const MAX_RUNS = 20;

class PostgresConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  #isInTransaction = false;
  #isInDoubt = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    for (let runs = 1; ; runs++) {
      try {
        return await this.#run(sql, parameters);
      } catch (cause) {
        const isOver = this.#isInTransaction || MAX_RUNS <= runs;
        if (isOver || !(cause instanceof TransactionConflict)) throw cause;
      }
    }
  }

  async begin(statement: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(statement));
    this.#isInTransaction = true;
  }

  async end(statement: "commit" | "rollback"): Promise<void> {
    try {
      const { command } = await this.#query(statement, []);
      // A transaction in which a statement failed is rolled back by its commit, without an error.
      if (command.toLowerCase() !== statement) throw new Error(`the transaction ended by ${command}`);
    } catch (cause) {
      // Whether it is over is not known, except where the server said that the commit lost.
      if (!(cause instanceof TransactionConflict)) this.#isInDoubt = true;
      throw cause;
    } finally {
      this.#isInTransaction = false;
    }
  }

  release(): void {
    this.#client.release(this.#isInDoubt);
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator, and a result always fits in memory here
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("streaming is not supported");
  }

  async #run<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    const { rows, rowCount } = await this.#query(sql, parameters);
    // kysely knows the rows' type from the statement it built.
    return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  async #query(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult> {
    try {
      const name = preparedName(sql, parameters.length);
      return await this.#send({ text: sql, values: [...parameters], ...(name && { name }) });
    } catch (cause) {
      const error = statementError(cause, sql);
      // After a deadline of ours the server may still be at work on the statement, and would answer the next one.
      if (error instanceof Error && "code" in error && error.code === "database_unavailable")
        this.#isInDoubt = true;
      throw error;
    }
  }

  async #send(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    try {
      return await this.#client.query(statement);
    } catch (cause) {
      if (!isStalePlan(cause)) throw cause;
      // The connection still has what it prepared before a migration; the next one prepares anew.
      this.#isInDoubt = true;
      if (this.#isInTransaction) throw new TransactionConflict("a prepared statement was stale", { cause });
      const { text, values } = statement;
      return await this.#client.query({ text, values: values ?? [] });
    }
  }
}
