/** Idempotency keys in the database. */
import type { Claim, EarlierRequest, IdempotencyStore } from "../features/idempotency/ports.ts";
import type { Database } from "./database.ts";

export class IdempotencyKeysStore implements IdempotencyStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  claim(
    { userId, key, requestHash, at }: Claim,
    forget: { readonly repliesBefore: number; readonly claimsBefore: number },
  ): Promise<EarlierRequest | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom("idempotencyKeys")
        .where("userId", "=", userId)
        .where("key", "=", key)
        .where((eb) =>
          eb.or([
            eb("claimedAt", "<", forget.repliesBefore),
            eb.and([eb("sealedReply", "is", null), eb("claimedAt", "<", forget.claimsBefore)]),
          ]),
        )
        .execute();
      const earlier = await trx
        .selectFrom("idempotencyKeys")
        .select(["requestHash", "sealedReply"])
        .where("userId", "=", userId)
        .where("key", "=", key)
        .executeTakeFirst();
      if (earlier) return { ...earlier, sealedReply: earlier.sealedReply ?? undefined };
      await trx
        .insertInto("idempotencyKeys")
        .values({ userId, key, requestHash, sealedReply: null, claimedAt: at })
        .execute();
      return undefined;
    });
  }

  async finish({ userId, key, at }: Claim, sealedReply: string): Promise<void> {
    await this.#db
      .updateTable("idempotencyKeys")
      .set({ sealedReply })
      .where("userId", "=", userId)
      .where("key", "=", key)
      .where("claimedAt", "=", at)
      .execute();
  }

  async release({ userId, key, at }: Claim): Promise<void> {
    await this.#db
      .deleteFrom("idempotencyKeys")
      .where("userId", "=", userId)
      .where("key", "=", key)
      .where("claimedAt", "=", at)
      .where("sealedReply", "is", null)
      .execute();
  }
}
