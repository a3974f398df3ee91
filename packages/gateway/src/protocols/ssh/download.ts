/**
 * A file on its way from the machine to the viewer: several reads under way, told in order, never more than the viewer
 * has granted.
 */
import { MAX_PIECE_BYTES } from "@deskgate/wire";
import { FileError, type Sftp } from "./sftp.ts";

/** LIMIT: reads under way, 512 KiB; more does not make it faster at 20 ms of distance. */
const MAX_READS = 16;
/** LIMIT: credit that can be waiting; a viewer that grants more gets no more. */
const MAX_CREDIT_BYTES = 64 * 1024 * 1024;

interface DownloadEvents {
  readonly onSize: (size: number) => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Settles when the tunnel takes more. */
  readonly flowing: () => Promise<void>;
}

export class Download {
  readonly #sftp: Sftp;
  readonly #events: DownloadEvents;
  #credit = 0;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(sftp: Sftp, events: DownloadEvents) {
    this.#sftp = sftp;
    this.#events = events;
  }

  grant(bytes: number): void {
    this.#credit = Math.min(MAX_CREDIT_BYTES, this.#credit + bytes);
    this.#wake?.();
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#wake?.();
  }

  /** Rejects with a {@link FileError}. */
  async run(path: string): Promise<void> {
    const handle = await this.#sftp.open(path, "r");
    try {
      const attrs = await this.#sftp.statHandle(handle);
      if (attrs.isDirectory()) throw new FileError("failed", "is a folder");
      this.#events.onSize(Math.max(0, attrs.size));
      await this.#copy(handle);
    } finally {
      await this.#sftp.close(handle).catch(() => {}); // the machine forgets it with the connection
    }
  }

  async #copy(handle: Buffer): Promise<void> {
    const reads: Promise<Buffer>[] = [];
    let position = 0;
    for (;;) {
      while (reads.length < MAX_READS && MAX_PIECE_BYTES <= this.#credit) {
        this.#credit -= MAX_PIECE_BYTES;
        const read = this.#sftp.read(handle, position, MAX_PIECE_BYTES);
        // Awaited in its turn; until then it must not count as unhandled.
        read.catch(() => {});
        reads.push(read);
        position += MAX_PIECE_BYTES;
      }
      if (this.#isCancelled) throw new FileError("cancelled");
      const next = reads.shift();
      if (!next) {
        await this.#moreCredit();
        continue;
      }
      const bytes = await next;
      await this.#events.flowing();
      if (this.#isCancelled) throw new FileError("cancelled");
      if (0 < bytes.length) this.#events.onBytes(bytes);
      // A file is read to its end, whatever its size was said to be: it may grow, and /proc says 0.
      if (bytes.length < MAX_PIECE_BYTES) return;
    }
  }

  #moreCredit(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (MAX_PIECE_BYTES <= this.#credit || this.#isCancelled) resolve();
    return promise;
  }
}
