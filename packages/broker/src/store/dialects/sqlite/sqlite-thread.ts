/** The main thread's end of the SQLite worker: statements out, results back, all refused once the worker is gone. */
import { Worker } from "node:worker_threads";
import { statementError, threadGone } from "./sqlite-error.ts";
import type { SqliteValue, WorkerReply, WorkerSettings } from "./worker-messages.ts";

export interface StatementResult {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

interface Pending {
  readonly sql: string;
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (cause: Error) => void;
}

export class SqliteThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #nextId = 0;
  #gone: Error | undefined;

  constructor(settings: WorkerSettings) {
    // execArgv: flags of a test runner are not meant for this thread.
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: settings,
      execArgv: [],
    });
    this.#worker.on("message", (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on("error", (cause) => this.#fail(cause));
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#fail(new Error("the database thread has ended"));
        resolve();
      });
    });
  }

  run(sql: string, parameters: readonly SqliteValue[]): Promise<StatementResult> {
    if (this.#gone) return Promise.reject(threadGone(this.#gone));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { sql, resolve, reject });
      this.#worker.postMessage({ id, sql, parameters });
    });
  }

  /** Lets the statements already sent finish, then closes the file. */
  async close(): Promise<void> {
    if (!this.#gone) this.#worker.postMessage("close");
    await this.#exited;
  }

  #settle(reply: WorkerReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (!pending) return;
    if ("rows" in reply) pending.resolve({ rows: reply.rows, changes: reply.changes });
    else pending.reject(statementError(reply.message, reply.resultCode, pending.sql));
  }

  #fail(cause: Error): void {
    this.#gone ??= cause;
    for (const { reject } of this.#pending.values()) reject(threadGone(this.#gone));
    this.#pending.clear();
  }
}
