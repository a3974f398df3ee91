/**
 * Lets work through one after the other, in the order it came.
 *
 * Where the database is away, each of those who wait would meet the same deadline, one after the other, and the last be
 * told after minutes. Whoever waits behind one that found it away is therefore told at once; who comes later tries anew.
 */
import { DeskgateError } from "@deskgate/contract";

/** Those who wait at the same time, and what the first of them found. */
interface Crowd {
  away: DeskgateError | undefined;
}

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #crowd: Crowd = { away: undefined };

  through<Result>(work: () => Promise<Result>): Promise<Result> {
    const crowd = this.#crowd;
    const mine = this.#last.then(() => {
      if (crowd.away) throw crowd.away;
      return work();
    });
    // Whoever comes next does not care how it went otherwise.
    this.#last = mine.catch((cause: unknown) => this.#dissolve(crowd, cause));
    return mine;
  }

  #dissolve(crowd: Crowd, cause: unknown): void {
    if (!(cause instanceof DeskgateError) || cause.code !== "database_unavailable") return;
    crowd.away ??= cause;
    if (this.#crowd === crowd) this.#crowd = { away: undefined };
  }
}
