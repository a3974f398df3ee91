/**
 * Creations that are made once, however often they are asked for with the same key (`Idempotency-Key`).
 *
 * Only what succeeded is remembered: a refusal made nothing, and may go well the next time. Replies are kept sealed,
 * because some show a secret once.
 */
import { createHash } from "node:crypto";
import { DeskgateError, Secret } from "@deskgate/contract";
import type { Clock } from "../../domain/clock.ts";
import type { SealedPlace, Sealing } from "../../domain/sealing.ts";
import type { Claim, IdempotencyStore } from "./ports.ts";

/** How long a reply is given again. */
export const KEEP_REPLIES_MS = 24 * 60 * 60 * 1000;
/** LIMIT: a claim without reply for this long belongs to a program that is gone. */
const ABANDONED_AFTER_MS = 60_000;
const RETRY_AFTER_SECONDS = 1;

interface IdempotencyDeps {
  readonly store: IdempotencyStore;
  readonly sealing: Sealing;
  readonly clock: Clock;
}

export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  /** Everything that decides what is made. */
  readonly content: unknown;
}

interface Running {
  readonly requestHash: string;
  readonly reply: Promise<unknown>;
}

export class IdempotencyService {
  readonly #deps: IdempotencyDeps;
  readonly #running = new Map<string, Running>();

  constructor(deps: IdempotencyDeps) {
    this.#deps = deps;
  }

  /** What `make` gave the first time. Of several at once one makes it, and the others wait for it. */
  async once(
    request: KeyedRequest,
    make: () => Promise<unknown>,
  ): Promise<{ reply: unknown; isRepeated: boolean }> {
    const requestHash = createHash("sha256").update(JSON.stringify(request.content)).digest("hex");
    const name = `${request.userId}/${request.key}`;
    const running = this.#running.get(name);
    if (running) {
      if (running.requestHash !== requestHash) throw new DeskgateError("idempotency_conflict");
      return { reply: await running.reply, isRepeated: true };
    }
    const claim = { userId: request.userId, key: request.key, requestHash, at: this.#deps.clock.now() };
    const work = this.#claimed(claim, make);
    const reply = work.then((done) => done.reply);
    // Whoever waits hears of a failure; nobody may be waiting.
    reply.catch(() => undefined);
    this.#running.set(name, { requestHash, reply });
    try {
      return await work;
    } finally {
      this.#running.delete(name);
    }
  }

  async #claimed(
    claim: Claim,
    make: () => Promise<unknown>,
  ): Promise<{ reply: unknown; isRepeated: boolean }> {
    const { store, sealing } = this.#deps;
    const { at } = claim;
    const forget = { repliesBefore: at - KEEP_REPLIES_MS, claimsBefore: at - ABANDONED_AFTER_MS };
    const earlier = await store.claim(claim, forget);
    if (earlier) {
      if (earlier.requestHash !== claim.requestHash) throw new DeskgateError("idempotency_conflict");
      if (earlier.sealedReply === undefined)
        throw new DeskgateError("idempotency_running", { retryAfterSeconds: RETRY_AFTER_SECONDS });
      return {
        reply: JSON.parse(sealing.open(earlier.sealedReply, placeOf(claim)).reveal()),
        isRepeated: true,
      };
    }
    try {
      const reply = await make();
      await store.finish(claim, sealing.seal(new Secret(JSON.stringify(reply)), placeOf(claim)));
      return { reply, isRepeated: false };
    } catch (cause) {
      await store.release(claim);
      throw cause;
    }
  }
}

function placeOf({ userId, key }: Claim): SealedPlace {
  return { table: "idempotency_keys", column: "sealed_reply", row: `${userId}/${key}` };
}
