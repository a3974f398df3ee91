/** One zlib stream for a viewer's whole connection, flushed after every rectangle (RFC 6143 §7.7.6). */
import { constants, createDeflate } from "node:zlib";

const LEVEL = 5;

export class Compressor {
  readonly #stream = createDeflate({ level: LEVEL });
  #pieces: Buffer[] = [];
  /** Lets a waiting call go on when the stream is closed, because zlib then never answers. */
  #release: () => void = () => {};

  constructor() {
    this.#stream.on("data", (piece: Buffer) => this.#pieces.push(piece));
    // A closed stream reports work that was under way; nobody waits for it any more.
    this.#stream.on("error", () => {});
  }

  /** The next bytes of the stream, which end on a byte boundary. Only one call at a time. */
  async compress(bytes: Uint8Array): Promise<Buffer> {
    this.#stream.write(bytes);
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      this.#stream.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    const packed = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return packed;
  }

  close(): void {
    this.#stream.destroy();
    this.#release();
  }
}
