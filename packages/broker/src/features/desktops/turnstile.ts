/**
 * Lets work on the same thing through one after the other, in the order it came.
 *
 * It guarantees nothing: that is the database's. It spares the database a crowd of claims that would all read the same
 * free machines and then mostly be in vain.
 */
export class Turnstile {
  readonly #last = new Map<string, Promise<unknown>>();

  async through<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const mine = before === undefined ? work() : before.then(work);
    // Whoever comes next does not care how it went.
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
