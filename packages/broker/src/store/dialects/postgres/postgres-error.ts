/** What PostgreSQL's condition codes (postgresql.org/docs/current/errcodes-appendix.html) mean to the rest of the broker. */
import { DeskgateError } from "@deskgate/contract";
import pg from "pg";
import { ConstraintViolation } from "../constraint-violation.ts";
import { TransactionConflict } from "../transaction-conflict.ts";
import { unavailable } from "../unavailable.ts";

const INTEGRITY_CLASS = "23";
const CONSTRAINT_KINDS: Readonly<Record<string, ConstraintViolation["kind"]>> = {
  "23505": "unique",
  "23503": "foreign-key",
};

/** serialization failure, deadlock */
const CONFLICTS = ["40001", "40P01"];

/** "cached plan must not change result type": what a statement prepared before a migration answers after it. */
const STALE_PLAN = "0A000";

/**
 * Connection, authorisation, resources and the server's own system as classes, then: read-only server, idle in
 * transaction for too long, no such database, lock not available, cancelled by a deadline, shutdowns and starts.
 */
const UNAVAILABLE_CLASSES = ["08", "28", "53", "58"];
const UNAVAILABLE = [
  "25006",
  "25P03",
  "3D000",
  "55P03",
  "57014",
  "57P01",
  "57P02",
  "57P03",
  "57P04",
  "57P05",
];

/** A text that PostgreSQL cannot hold: one with a NUL in it. */
const UNTRANSLATABLE = ["22021", "22P05"];
/** Data exceptions say the value in their message. */
const DATA_CLASS = "22";

class PostgresError extends Error {
  override readonly name = "PostgresError";
  readonly condition: string;

  constructor(message: string, condition: string) {
    super(message);
    this.condition = condition;
  }
}

/**
 * The error that a failed statement is thrown as. `sql` has placeholders only, and PostgreSQL's `detail`, which has the
 * row's values, is left behind.
 */
export function statementError(cause: unknown, sql: string): unknown {
  if (cause instanceof TransactionConflict) return cause;
  if (!(cause instanceof pg.DatabaseError)) return connectionError(cause);
  const condition = cause.code ?? "";
  const family = condition.slice(0, 2);
  const said = family === DATA_CLASS ? "a value is not valid" : cause.message;
  const error = new PostgresError(`${said} (condition ${condition}) in: ${sql}`, condition);
  if (family === INTEGRITY_CLASS)
    return new ConstraintViolation(CONSTRAINT_KINDS[condition] ?? "other", said, { cause: error });
  if (CONFLICTS.includes(condition)) return new TransactionConflict(said, { cause: error });
  if (UNTRANSLATABLE.includes(condition)) return new DeskgateError("request_malformed", { cause: error });
  const isAway = UNAVAILABLE.includes(condition) || UNAVAILABLE_CLASSES.includes(family);
  return isAway ? unavailable(error) : error;
}

/** True for a prepared statement whose tables have changed since; nothing was done. */
export function isStalePlan(cause: unknown): boolean {
  return (
    cause instanceof pg.DatabaseError && cause.code === STALE_PLAN && cause.message.includes("cached plan")
  );
}

/** For what is no word of the server: it cannot be reached, went away, or let a deadline pass. */
export function connectionError(cause: unknown): unknown {
  if (cause instanceof pg.DatabaseError) return statementError(cause, "connecting");
  // A mistake of the program is no absence of the database.
  if (cause instanceof TypeError || cause instanceof RangeError) return cause;
  return cause instanceof DeskgateError ? cause : unavailable(cause);
}
