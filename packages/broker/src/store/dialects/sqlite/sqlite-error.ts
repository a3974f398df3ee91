/** What SQLite's result codes (sqlite.org/rescode.html) mean to the rest of the broker. */
import { ConstraintViolation } from "../constraint-violation.ts";
import { unavailable } from "../unavailable.ts";

const CONSTRAINT = 19;
const CONSTRAINT_KINDS: Readonly<Record<number, ConstraintViolation["kind"]>> = {
  2067: "unique",
  1555: "unique", // primary key
  787: "foreign-key",
};

/** busy, locked, read-only, interrupted, I/O error, corrupt, full, cannot open, not a database */
const UNAVAILABLE = [5, 6, 8, 9, 10, 11, 13, 14, 26];

class SqliteError extends Error {
  override readonly name = "SqliteError";
  readonly resultCode: number;

  constructor(message: string, resultCode: number) {
    super(message);
    this.resultCode = resultCode;
  }
}

/** The error that a failed statement is thrown as. `sql` has placeholders only, never values. */
export function statementError(message: string, resultCode: number, sql: string): Error {
  const cause = new SqliteError(`${message} (result code ${resultCode}) in: ${sql}`, resultCode);
  const primaryCode = resultCode & 0xff;
  if (primaryCode === CONSTRAINT)
    return new ConstraintViolation(CONSTRAINT_KINDS[resultCode] ?? "other", message, { cause });
  return UNAVAILABLE.includes(primaryCode) ? unavailable(cause) : cause;
}

/** For statements that could not be sent at all, because the thread is gone or closing. */
export function threadGone(cause: unknown): Error {
  return unavailable(cause);
}
