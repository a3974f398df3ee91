/** Bytes that have arrived and are not read yet, for parsers that work on small heads; bulk data should not pass through it. */
export class ByteQueue {
  #bytes: Uint8Array = new Uint8Array(0);

  get length(): number {
    return this.#bytes.length;
  }

  /** Appends a copy of `chunk`. */
  push(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + chunk.length);
    joined.set(this.#bytes);
    joined.set(chunk, this.#bytes.length);
    this.#bytes = joined;
  }

  /** The bytes that are there, without taking them. */
  peek(): Uint8Array {
    return this.#bytes;
  }

  /** Drops the first `count` bytes, which the caller has understood. */
  drop(count: number): void {
    this.#bytes = this.#bytes.subarray(count);
  }

  /** Takes everything. */
  takeAll(): Uint8Array {
    const all = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return all;
  }
}
