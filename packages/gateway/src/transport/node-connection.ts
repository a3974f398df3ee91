/**
 * {@link Connection} on Node's sockets.
 *
 * Borrowed writes rest on a property of Node's TLS write path: while nothing is queued in JavaScript, TLSWrap encrypts,
 * or copies, before `write` returns. A plain socket keeps the pointer of a partial write, and whatever is queued keeps a
 * reference, so both get a copy. `relay/byte-exact.test.ts` guards this on every Node upgrade.
 */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { plainAddress } from "./plain-address.ts";
import { READ_HEAD_ROOM_BYTES, readBlock } from "./read-buffer.ts";
import { readIntoShared } from "./shared-read.ts";
import type { Connection, ConnectionReceiver } from "./transport.ts";

const SILENT: ConnectionReceiver = {
  onBytes: () => {},
  onDrain: () => {},
  onEnd: () => {},
  onClose: () => {},
};

export class NodeConnection implements Connection {
  readonly remoteAddress: string;
  #ownsBytes: boolean;
  readonly #socket: Socket;
  readonly #mayBorrow: boolean;
  #receiver: ConnectionReceiver | undefined;
  #isPaused = false;
  #isClosed = false;
  #cause: Error | undefined;
  #early: Buffer | undefined;

  /** `early`: bytes of the stream that were read before. `readsIntoShared`: made by the dialler with the shared read buffer. */
  constructor(socket: Socket, options: { readonly early?: Buffer; readonly readsIntoShared?: boolean } = {}) {
    this.#socket = socket;
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.#ownsBytes = options.readsIntoShared !== true;
    this.#mayBorrow = socket instanceof TLSSocket;
    if (options.early && 0 < options.early.length) this.#early = options.early;
    socket.on("error", (error) => {
      this.#cause = error;
    });
    socket.on("close", () => this.#close());
  }

  get ownsBytes(): boolean {
    return this.#ownsBytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  receive(receiver: ConnectionReceiver): void {
    const isFirst = this.#receiver === undefined;
    this.#receiver = receiver;
    if (isFirst) this.#start();
    if (this.#isClosed) receiver.onClose(this.#cause);
  }

  #start(): void {
    const socket = this.#socket;
    socket.on("drain", () => this.#receiver?.onDrain());
    socket.on("end", () => this.#receiver?.onEnd());
    const early = this.#early;
    this.#early = undefined;
    if (early) this.#receiver?.onBytes(early, 0, early.length);
    if (this.#ownsBytes)
      socket.on("data", (chunk: Buffer) => this.#receiver?.onBytes(chunk, 0, chunk.length));
    if (this.#isPaused) socket.pause();
    else socket.resume();
  }

  lend(): void {
    if (
      !this.#isClosed &&
      this.#ownsBytes &&
      readIntoShared(this.#socket, (length) => this.onSharedRead(length))
    )
      this.#ownsBytes = false;
  }

  /** `length` bytes are in the shared buffer. Returns false to stop reading. */
  onSharedRead(length: number): boolean {
    this.#receiver?.onBytes(readBlock, READ_HEAD_ROOM_BYTES, READ_HEAD_ROOM_BYTES + length);
    return !this.#isPaused;
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  writeBorrowed(bytes: Uint8Array): boolean {
    const mayStay = this.#mayBorrow && this.#socket.writableLength === 0;
    return this.#socket.write(mayStay ? bytes : Buffer.from(bytes));
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#receiver) this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#receiver) this.#socket.resume();
  }

  end(): void {
    if (!this.#socket.writableEnded) this.#socket.end();
  }

  abort(): void {
    this.#socket.destroy();
  }

  /** The socket for TLS on top of it; this connection reads and tells nothing more, but can still be aborted. */
  handOver(): Socket {
    this.#receiver = SILENT;
    this.#socket.removeAllListeners("drain").removeAllListeners("end").removeAllListeners("data");
    return this.#socket;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#receiver?.onClose(this.#cause);
  }
}
