/** Reading from a leg, held back for as long as anything speaks against it. */
import type { Leg } from "./leg.ts";

/** `full`: the other leg cannot take more. `rate`: the connection has had its share for now. */
type Hold = "full" | "rate";

export class Flow {
  readonly #leg: Leg;
  readonly #holds = new Set<Hold>();

  constructor(leg: Leg) {
    this.#leg = leg;
  }

  hold(why: Hold): void {
    this.#holds.add(why);
    this.#leg.pause();
  }

  release(why: Hold): void {
    this.#holds.delete(why);
    if (this.#holds.size === 0) this.#leg.resume();
  }

  releaseAll(): void {
    this.#holds.clear();
    this.#leg.resume();
  }
}
