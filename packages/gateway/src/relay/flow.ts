/** Reading from a leg, held back for as long as anything speaks against it. */
import type { Leg } from "./leg.ts";

/** `full`: the other leg cannot take more. `rate`: the connection has had its share for now. */
const HOLDS = { full: 1, rate: 2 } as const;
type Hold = keyof typeof HOLDS;

export class Flow {
  readonly #leg: Leg;
  /** A set in one number: there are two of these in every tunnel. */
  #holds = 0;

  constructor(leg: Leg) {
    this.#leg = leg;
  }

  hold(why: Hold): void {
    this.#holds |= HOLDS[why];
    this.#leg.pause();
  }

  release(why: Hold): void {
    this.#holds &= ~HOLDS[why];
    if (this.#holds === 0) this.#leg.resume();
  }

  releaseAll(): void {
    this.#holds = 0;
    this.#leg.resume();
  }
}
