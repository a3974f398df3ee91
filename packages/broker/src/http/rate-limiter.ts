/** Rates per caller, and per address for those whom nobody knows. In memory: a restart forgives. */
import { DeskgateError } from "@deskgate/contract";
import { throttledPlace } from "../domain/client-address.ts";
import type { Clock } from "../domain/clock.ts";
import { type Bucket, type Rate, takeOne } from "../domain/rate-limit.ts";

export interface RateLimits {
  readonly caller: Rate;
  readonly address: Rate;
}

export const USUAL_RATE_LIMITS: RateLimits = {
  caller: { perSecond: 50, burst: 500 },
  // Many people may share one address.
  address: { perSecond: 100, burst: 1_000 },
};

// LIMIT: buckets in memory; the ones not used for longest are forgotten first.
const MAX_BUCKETS = 10_000;

export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Throws `too_many_requests`. A token counts for itself, so that a script does not lock its owner out. */
  countCaller(userId: string, tokenId: string | undefined): void {
    this.#take(`caller/${tokenId ?? userId}`, this.#limits.caller);
  }

  countAddress(address: string): void {
    this.#take(`address/${throttledPlace(address)}`, this.#limits.address);
  }

  #take(key: string, rate: Rate): void {
    const next = takeOne(this.#buckets.get(key), rate, this.#clock.now());
    if ("retryAfterSeconds" in next) throw new DeskgateError("too_many_requests", next);
    // Last used stands last.
    this.#buckets.delete(key);
    this.#buckets.set(key, next);
    const oldest = this.#buckets.keys().next();
    if (MAX_BUCKETS < this.#buckets.size && !oldest.done) this.#buckets.delete(oldest.value);
  }
}
