/**
 * The narrow door to the network: everything the gateway does with sockets, and nothing else (design §6).
 *
 * Only this room imports `node:net` and `node:tls`, so that another runtime's sockets can take their place.
 */
import type { Socket } from "node:net";

/** What a connection tells its owner. */
export interface ConnectionReceiver {
  /** Bytes [`from`, `to`) of `block`. Unless the connection {@link Connection.ownsBytes}, they are valid during the call only. */
  onBytes(block: Uint8Array, from: number, to: number): void;
  /** After a write returned false: the queue is empty again. */
  onDrain(): void;
  /** The peer will send nothing more. */
  onEnd(): void;
  /** The connection is gone, for `cause` where it did not end in order. Nothing follows. */
  onClose(cause: Error | undefined): void;
}

/** One stream of bytes. Nothing is read until {@link receive} names a receiver. */
export interface Connection {
  readonly remoteAddress: string;
  /** Whether the blocks given to `onBytes` may be kept and changed by the receiver. */
  readonly ownsBytes: boolean;
  /** Whether the connection is gone already. */
  readonly isClosed: boolean;
  /** Bytes accepted by write but not by the system yet. */
  readonly queuedBytes: number;
  /** From now on the receiver need not own the blocks; {@link ownsBytes} says whether that changed anything. */
  lend(): void;
  /** Names the receiver, or a new one; bytes that came before go to the first. */
  receive(receiver: ConnectionReceiver): void;
  /** Queues bytes that the caller will not touch again. False: wait for `onDrain` before writing much more. */
  write(bytes: Uint8Array): boolean;
  /** Queues bytes that the caller overwrites as soon as this returns. */
  writeBorrowed(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  /** Sends what is queued, then ends our direction. */
  end(): void;
  /** Drops everything at once. */
  abort(): void;
}

/** An accepted socket before anything is known of it. */
export interface Accepted {
  readonly remoteAddress: string;
  /** The transport's own socket; only the transport looks inside. */
  readonly socket: Socket;
}

export interface TlsMaterial {
  readonly key: string;
  readonly certificate: string;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  readonly address: ListenAddress;
  /** Stops accepting; connections that are open stay. */
  close(): Promise<void>;
}
