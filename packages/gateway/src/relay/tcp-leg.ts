/** A leg without framing: the target's TCP or TLS stream. */
import type { Connection } from "../transport/transport.ts";
import type { Leg, LegReceiver } from "./leg.ts";

export class TcpLeg implements Leg {
  readonly #connection: Connection;
  readonly roundTripMs = undefined;
  readonly lastPongMs = undefined;
  readonly hasHalfClose = true;
  readonly inputCount: number | undefined;

  /** `isBackground`: what is sent to the peer is never a person's doing. */
  constructor(connection: Connection, { isBackground = false }: { readonly isBackground?: boolean } = {}) {
    this.#connection = connection;
    this.inputCount = isBackground ? 0 : undefined;
  }

  get ownsBytes(): boolean {
    return this.#connection.ownsBytes;
  }

  get remoteAddress(): string {
    return this.#connection.remoteAddress;
  }

  get queuedBytes(): number {
    return this.#connection.queuedBytes;
  }

  lend(): void {
    this.#connection.lend();
  }

  receive(receiver: LegReceiver): void {
    this.#connection.receive({
      onBytes: (block, from, to) => receiver.onBytes(block, from, to),
      onDrain: () => receiver.onDrain(),
      onEnd: () => receiver.onEnd(),
      onClose: (cause) => receiver.onGone(cause),
    });
  }

  send(block: Uint8Array, from: number, to: number, isOwned: boolean): boolean {
    const bytes = from === 0 && to === block.length ? block : block.subarray(from, to);
    return isOwned ? this.#connection.write(bytes) : this.#connection.writeBorrowed(bytes);
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  ping(_nowMs: number): void {}

  finish(_closeCode: number, _reason: string): void {
    this.#connection.end();
  }

  abort(): void {
    this.#connection.abort();
  }
}
