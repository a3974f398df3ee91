/**
 * Lets work on the same thing through one after the other, in the order it came.
 *
 * It guarantees nothing: that is the database's. It spares the database a crowd of claims that would all read the same
 * free machines and then mostly be in vain.
 */
import { Turns } from "../../domain/turns.ts";

interface Queue {
  readonly turns: Turns;
  length: number;
}

export class Turnstile {
  readonly #queues = new Map<string, Queue>();

  async through<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const queue = this.#queues.get(key) ?? { turns: new Turns(), length: 0 };
    this.#queues.set(key, queue);
    queue.length += 1;
    try {
      return await queue.turns.through(work);
    } finally {
      queue.length -= 1;
      if (queue.length === 0) this.#queues.delete(key);
    }
  }
}
