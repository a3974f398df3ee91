/** One of the two streams of a tunnel, whatever framing it has. The copy loop knows nothing else. */
import type { EndReason } from "@deskgate/contract";

/** Why a leg that understands what it carries must end the tunnel. */
export interface LegFailure {
  readonly reason: EndReason;
  /** For the log and the administrator. */
  readonly detail: string;
}

export interface LegReceiver {
  /** Payload bytes [`from`, `to`) of `block`; see {@link Leg.ownsBytes}. */
  onBytes(block: Uint8Array, from: number, to: number): void;
  /** After {@link Leg.send} returned false: the queue is empty again. */
  onDrain(): void;
  /** The peer will send nothing more, and said so in order; with its WebSocket close code where there is one. */
  onEnd(closeCode?: number): void;
  /** The peer broke its framing. */
  onViolation(reason: string): void;
  /** The tunnel must end for a reason that only the leg knows; legs that merely frame bytes have none. */
  onFailed(failure: LegFailure): void;
  /** The stream is gone. Nothing follows. */
  onGone(cause: Error | undefined): void;
}

export interface Leg {
  /** Whether received blocks may be kept. If not, they lie in the shared read buffer with head-room in front. */
  readonly ownsBytes: boolean;
  readonly remoteAddress: string;
  readonly queuedBytes: number;
  /** Round-trip time of the last ping, where the leg can ping. */
  readonly roundTripMs: number | undefined;
  /** When the peer last answered a ping, on the pinger's clock. */
  readonly lastPongMs: number | undefined;
  /** Counts what a person did, where the leg can tell that from the traffic of programs; the bytes sent to it count otherwise. */
  readonly inputCount?: number | undefined;
  /** Whether the peer can end its direction and still receive, as TCP can and WebSocket cannot. */
  readonly hasHalfClose: boolean;
  /** The receivers from now on need not own the blocks; {@link ownsBytes} says whether that changed anything. */
  lend(): void;
  /** Starts reading, or names another receiver. */
  receive(receiver: LegReceiver): void;
  /**
   * Sends payload [`from`, `to`) of `block`. `isOwned`: the block is the leg's now; otherwise it is only valid during the
   * call, and the head-room in front of `from` may be overwritten. False: wait for `onDrain`.
   */
  send(block: Uint8Array, from: number, to: number, isOwned: boolean): boolean;
  pause(): void;
  resume(): void;
  /** Asks the peer for a sign of life, where the framing has one. `nowMs`: the caller's clock. */
  ping(nowMs: number): void;
  /** Once or more: ends our direction in order after what is queued, giving the reason where the framing can carry it. */
  finish(closeCode: number, reason: string): void;
  /** Drops the stream at once. */
  abort(): void;
}
