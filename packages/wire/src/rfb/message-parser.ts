/**
 * How the RFB framers ask for bytes: a parser is a generator that says "read n" for what it must look at and "skip n" for
 * what only has to pass, so that a screenful of pixels costs no memory and a message may be cut anywhere.
 *
 * Pure. The framer never holds back or changes a byte; it tells where messages begin and end.
 */

/** LIMIT: the most a parser may look at in one piece; everything longer is skipped. */
export const MAX_READ_BYTES = 64 * 1024;

export type Need = { readonly read: number } | { readonly skip: number };
/** INVARIANT: after `read: n` the parser is resumed with exactly n bytes, after `skip: n` with none. */
export type MessageParser = Generator<Need, void, Uint8Array>;

/** Thrown by a parser at bytes that no valid peer sends, or that it cannot measure; ends the framing. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

/** Feeds chunks of a stream to a parser, cut wherever the network cut them. */
export class MessageFramer {
  readonly #parser: MessageParser;
  #need: Need | undefined;
  #held: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #left = 0;
  #position = 0;
  #failure: string | undefined;

  /** `makeParser` receives a function that gives the stream position up to which the parser has understood everything. */
  constructor(makeParser: (position: () => number) => MessageParser) {
    this.#parser = makeParser(() => this.#position);
    this.#resume(new Uint8Array(0));
  }

  /** Why framing stopped; `undefined` while it goes on. Once set, always set. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Bytes understood so far. */
  get position(): number {
    return this.#position;
  }

  feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.#need !== undefined) {
      at = "skip" in this.#need ? this.#skip(chunk, at) : this.#read(chunk, at, this.#need.read);
    }
  }

  #skip(chunk: Uint8Array, at: number): number {
    const taken = Math.min(this.#left, chunk.length - at);
    this.#left -= taken;
    this.#position += taken;
    if (this.#left === 0) this.#resume(new Uint8Array(0));
    return at + taken;
  }

  #read(chunk: Uint8Array, at: number, wanted: number): number {
    const end = Math.min(chunk.length, at + wanted - this.#held.length);
    const piece = chunk.subarray(at, end);
    const joined = this.#held.length === 0 ? piece.slice() : concat(this.#held, piece);
    this.#held = joined;
    if (joined.length === wanted) {
      this.#held = new Uint8Array(0);
      this.#position += wanted;
      this.#resume(joined);
    }
    return end;
  }

  /** Runs the parser up to its next need of at least one byte. */
  #resume(bytes: Uint8Array): void {
    try {
      let step = this.#parser.next(bytes);
      while (!step.done && isNothing(step.value)) step = this.#parser.next(new Uint8Array(0));
      this.#need = step.done ? undefined : step.value;
      if (this.#need && "skip" in this.#need) this.#left = this.#need.skip;
      else if (this.#need && MAX_READ_BYTES < this.#need.read)
        throw new FramingError("a piece to read is too long");
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#need = undefined;
      this.#failure = error.message;
    }
  }
}

function isNothing(need: Need): boolean {
  return ("skip" in need ? need.skip : need.read) === 0;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
