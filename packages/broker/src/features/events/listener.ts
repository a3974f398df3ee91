/** One open event stream: a queue of text that someone reads, with heartbeats, until it is closed or may not go on. */

interface ListenerOptions<Topic> {
  readonly signInId: string;
  readonly topics: ReadonlySet<Topic>;
  readonly heartbeatMs: number;
  readonly isAllowed: () => Promise<boolean>;
  readonly onClose: () => void;
}

// LIMIT: pieces that wait for a reader; one that is this far behind starts over.
const MAX_WAITING = 1_000;

type Waiting = (result: IteratorResult<string, undefined>) => void;

export class Listener<Topic = string> implements AsyncIterableIterator<string, undefined> {
  readonly #options: ListenerOptions<Topic>;
  readonly #queue: string[] = [];
  readonly #timer: NodeJS.Timeout;
  #reader: Waiting | undefined;
  #isClosed = false;

  constructor(options: ListenerOptions<Topic>) {
    this.#options = options;
    this.#timer = setInterval(() => {
      this.push(": still here\n\n");
      this.check();
    }, options.heartbeatMs);
    this.#timer.unref();
  }

  get signInId(): string {
    return this.#options.signInId;
  }

  get topics(): ReadonlySet<Topic> {
    return this.#options.topics;
  }

  push(text: string): void {
    if (this.#isClosed) return;
    if (this.#reader) {
      const reader = this.#reader;
      this.#reader = undefined;
      reader({ done: false, value: text });
      return;
    }
    this.#queue.push(text);
    // A browser comes back by itself, and is told to read everything again.
    if (MAX_WAITING < this.#queue.length) this.close();
  }

  /** Ends the stream where it may not go on. A database that does not answer decides nothing. */
  check(): void {
    void this.#options.isAllowed().then(
      (isAllowed) => isAllowed || this.close(),
      () => undefined,
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#options.onClose();
    this.#reader?.({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    const text = this.#queue.shift();
    if (text !== undefined) return { done: false, value: text };
    if (this.#isClosed) return { done: true, value: undefined };
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  /** Whoever reads went away. */
  async return(): Promise<IteratorResult<string, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
