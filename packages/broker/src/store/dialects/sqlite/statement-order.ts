/**
 * Who may send statements to the one connection: everybody, or a transaction alone.
 *
 * Statements that stand alone need not wait for each other's answers, since the thread takes them in the order they were
 * sent; only a transaction needs that nobody else sends until it is over. INVARIANT: turns come in the order they were
 * asked for, and what a turn sends is sent before the next turn begins, so that no statement slips into a transaction.
 */
interface Waiting {
  readonly isAlone: boolean;
  readonly begin: () => void;
}

export class StatementOrder {
  readonly #waiting: Waiting[] = [];
  #isHeld = false;

  /** Sends once no transaction is open and nobody came before. `send` must send before it returns. */
  together<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    return this.#take(false, send);
  }

  /** Likewise, and everybody else waits from then on until {@link leave}. */
  alone<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    return this.#take(true, send);
  }

  /** Ends the turn of the one that is alone. */
  leave(): void {
    this.#isHeld = false;
    while (!this.#isHeld) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#isHeld = next.isAlone;
      next.begin();
    }
  }

  #take<Answer>(isAlone: boolean, send: () => Promise<Answer>): Promise<Answer> {
    if (!this.#isHeld) {
      this.#isHeld = isAlone;
      return send();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ isAlone, begin: () => void send().then(resolve, reject) });
    });
  }
}
