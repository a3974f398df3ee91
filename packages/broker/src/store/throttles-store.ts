/** Counts of failed attempts in the database, so that a restart forgives nobody. */
import { NO_FAILURES, type ThrottleState } from "../domain/throttle.ts";
import type { ThrottleStore } from "../features/sign-in/ports.ts";
import type { Database } from "./database.ts";

export class ThrottlesStore implements ThrottleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async change<Result>(
    keys: readonly string[],
    decide: (states: readonly ThrottleState[]) => {
      readonly next: readonly ThrottleState[];
      readonly result: Result;
    },
  ): Promise<Result> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx.selectFrom("throttles").selectAll().where("key", "in", keys).execute();
      const known = new Map(
        rows.map(({ key, failures, lastFailureAt }) => [key, { failures, lastFailureAt }]),
      );
      const states = keys.map((key) => known.get(key) ?? NO_FAILURES);
      const { next, result } = decide(states);
      const changed = keys.flatMap((key, index) => {
        const state = next[index];
        return state && state !== states[index] ? [{ key, ...state }] : [];
      });
      if (changed.length === 0) return result;
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
      return result;
    });
  }
}
