/** Deletes rows that are over. */
import { SAMPLES_SHOWN_MS } from "@deskgate/contract";
import { KEEP_TICKETS_MS } from "../domain/session.ts";
import { SIGN_IN_IDLE_MS } from "../domain/sign-in.ts";
import { THROTTLE_HALF_LIFE_MS } from "../domain/throttle.ts";
import { KEEP_REPLIES_MS } from "../features/idempotency/service.ts";
import type { PruneStore } from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";

/** After so many half-lives nothing of any count is left. */
const THROTTLE_KEPT_MS = 8 * THROTTLE_HALF_LIFE_MS;

export class PruningStore implements PruneStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async prune(now: number, keepSessionsMs: number): Promise<void> {
    const db = this.#db;
    await db
      .deleteFrom("tickets")
      .where("expiresAt", "<", now - KEEP_TICKETS_MS)
      .execute();
    await db
      .deleteFrom("signInLinks")
      .where("expiresAt", "<", now - KEEP_TICKETS_MS)
      .execute();
    await db
      .deleteFrom("gatewayCodes")
      .where("expiresAt", "<", now - KEEP_TICKETS_MS)
      .execute();
    await db
      .deleteFrom("idempotencyKeys")
      .where("claimedAt", "<", now - KEEP_REPLIES_MS)
      .execute();
    await db.deleteFrom("apiTokens").where("expiresAt", "<", now).execute();
    await db
      .deleteFrom("throttles")
      .where("lastFailureAt", "<", now - THROTTLE_KEPT_MS)
      .execute();
    await db
      .deleteFrom("signIns")
      .where((eb) => eb.or([eb("expiresAt", "<=", now), eb("lastSeenAt", "<=", now - SIGN_IN_IDLE_MS)]))
      .execute();
    await db
      .deleteFrom("sessions")
      .where("state", "=", "ended")
      .where("endedAt", "<", now - keepSessionsMs)
      .execute();
    // A session may live for long; the connections it had need not.
    await db
      .deleteFrom("connections")
      .where("state", "=", "ended")
      .where("endedAt", "<", now - keepSessionsMs)
      .execute();
    await db
      .deleteFrom("sessionSamples")
      .where("at", "<", now - 2 * SAMPLES_SHOWN_MS)
      .execute();
  }
}
