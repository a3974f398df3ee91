/**
 * The thread that owns the SQLite connection: one statement per message, in the order they come.
 *
 * It exists so that a slow query or an fsync never delays the thread that carries frames. It decides nothing:
 * transactions and their order are the driver's. INVARIANT: exactly one reply per request.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerReply, WorkerRequest, WorkerSettings } from "./worker-messages.ts";

// LIMIT: statements kept prepared; the broker's own are fewer.
const MAX_PREPARED = 300;

/** Opens the file and sets what every connection of ours needs. */
function openDatabase({ file, busyTimeoutMs }: WorkerSettings): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  switchToWal(database, Date.now() + busyTimeoutMs);
  // FULL: a ticket that was burnt stays burnt after a power cut.
  database.exec("pragma synchronous = full");
  database.exec("pragma temp_store = memory");
  // SQLite's own knows no letters beyond ASCII, and names have them. INVARIANT: no index is built on it.
  database.function("lower", { deterministic: true }, (text) =>
    typeof text === "string" ? text.toLowerCase() : text,
  );
  return database;
}

const LOCKED = 5; // SQLITE_BUSY, sqlite.org/rescode.html
const LOOK_AGAIN_MS = 10;

/** A file becomes WAL once; SQLite waits for nobody there (sqlite.org/pragma.html#pragma_journal_mode), so we do. */
function switchToWal(database: DatabaseSync, until: number): void {
  for (;;) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (cause) {
      const isLocked = cause instanceof Error && "errcode" in cause && cause.errcode === LOCKED;
      if (!isLocked || until < Date.now()) throw cause;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
    }
  }
}

function prepare(database: DatabaseSync, prepared: Map<string, StatementSync>, sql: string): StatementSync {
  const known = prepared.get(sql);
  if (known) return known;
  const statement = database.prepare(sql);
  const oldest = prepared.keys().next();
  if (prepared.size >= MAX_PREPARED && !oldest.done) prepared.delete(oldest.value);
  prepared.set(sql, statement);
  return statement;
}

function reply(statement: StatementSync, { id, parameters }: WorkerRequest): WorkerReply {
  if (statement.columns().length > 0) {
    const rows = statement.all(...parameters);
    return { id, rows, changes: rows.length };
  }
  return { id, rows: [], changes: Number(statement.run(...parameters).changes) };
}

function failure(id: number, cause: unknown): WorkerReply {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "errcode" in cause ? Number(cause.errcode) : 0;
  return { id, message, resultCode: code };
}

const port = parentPort;
if (port) {
  const database = openDatabase(workerData as WorkerSettings); // the driver is the only one who starts this file
  const prepared = new Map<string, StatementSync>();
  port.on("message", (request: WorkerRequest | "close") => {
    if (request === "close") {
      database.close();
      port.close();
      return;
    }
    try {
      port.postMessage(reply(prepare(database, prepared, request.sql), request));
    } catch (cause) {
      port.postMessage(failure(request.id, cause));
    }
  });
}
