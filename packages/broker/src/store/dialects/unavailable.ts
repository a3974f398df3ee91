/** The one error for a database that cannot answer now: busy, full, stopped, unreachable. */
import { DeskgateError } from "@deskgate/contract";

/** How soon a client may ask again. */
const RETRY_AFTER_SECONDS = 2;

export function unavailable(cause: unknown): DeskgateError {
  return new DeskgateError("database_unavailable", { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
