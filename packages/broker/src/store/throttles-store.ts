/** Counts of failed attempts in the database, so that a restart forgives nobody. */
import { NO_FAILURES, type ThrottleState } from "../domain/throttle.ts";
import type { ThrottleStore } from "../features/sign-in/ports.ts";
import type { Database, Queries } from "./database.ts";

export class ThrottlesStore implements ThrottleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  read(keys: readonly string[]): Promise<(key: string) => ThrottleState> {
    return readStates(this.#db, keys);
  }

  async change(
    keys: readonly string[],
    next: (key: string, state: ThrottleState) => ThrottleState,
  ): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const states = await readStates(trx, keys);
      const changed = keys.flatMap((key) => {
        const state = next(key, states(key));
        return state === states(key) ? [] : [{ key, ...state }];
      });
      if (changed.length === 0) return;
      await trx
        .insertInto("throttles")
        .values(changed)
        .onConflict((oc) =>
          oc.column("key").doUpdateSet((eb) => ({
            failures: eb.ref("excluded.failures"),
            lastFailureAt: eb.ref("excluded.lastFailureAt"),
          })),
        )
        .execute();
    });
  }
}

async function readStates(db: Queries, keys: readonly string[]): Promise<(key: string) => ThrottleState> {
  const rows = await db.selectFrom("throttles").selectAll().where("key", "in", keys).execute();
  const known = new Map(rows.map(({ key, failures, lastFailureAt }) => [key, { failures, lastFailureAt }]));
  return (key) => known.get(key) ?? NO_FAILURES;
}
