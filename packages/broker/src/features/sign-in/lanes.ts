/**
 * Work of one key done a few at a time, the rest in a queue of bounded length.
 *
 * Guessing is counted after each guess; lanes make sure that a thousand guesses at once are not all looked at before the
 * first is counted, without refusing a thousand people who come to work at nine.
 */
import { DeskgateError } from "@deskgate/contract";

// LIMIT: attempts that wait in one lane, and in all lanes together.
const MAX_WAITING_IN_LANE = 256;
const MAX_WAITING = 5_000;
const RETRY_AFTER_SECONDS = 3;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  #waiting = 0;

  /** Runs `work` when fewer than `width` others of `key` run. Throws `too_many_attempts` where the queue is full. */
  async run<Result>(key: string, width: number, work: () => Promise<Result>): Promise<Result> {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] };
    this.#lanes.set(key, lane);
    await this.#enter(lane, width);
    try {
      return await work();
    } finally {
      this.#leave(key, lane);
    }
  }

  async #enter(lane: Lane, width: number): Promise<void> {
    if (lane.running < width) {
      lane.running++;
      return;
    }
    if (lane.waiting.length >= MAX_WAITING_IN_LANE || this.#waiting >= MAX_WAITING)
      throw new DeskgateError("too_many_attempts", { retryAfterSeconds: RETRY_AFTER_SECONDS });
    this.#waiting++;
    // Who leaves hands the place on, so `running` stays as it is.
    await new Promise<void>((resolve) => lane.waiting.push(resolve));
    this.#waiting--;
  }

  #leave(key: string, lane: Lane): void {
    const next = lane.waiting.shift();
    if (next) {
      next();
      return;
    }
    lane.running--;
    if (lane.running === 0) this.#lanes.delete(key);
  }
}
