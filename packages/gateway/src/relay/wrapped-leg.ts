/** A leg around another one that changes what is received and nothing else. */
import type { Leg, LegReceiver } from "./leg.ts";

export abstract class WrappedLeg implements Leg {
  protected readonly leg: Leg;
  readonly hasHalfClose: boolean;

  constructor(leg: Leg) {
    this.leg = leg;
    this.hasHalfClose = leg.hasHalfClose;
  }

  abstract receive(receiver: LegReceiver): void;

  get ownsBytes(): boolean {
    return this.leg.ownsBytes;
  }

  get remoteAddress(): string {
    return this.leg.remoteAddress;
  }

  get queuedBytes(): number {
    return this.leg.queuedBytes;
  }

  get roundTripMs(): number | undefined {
    return this.leg.roundTripMs;
  }

  get lastPongMs(): number | undefined {
    return this.leg.lastPongMs;
  }

  lend(): void {
    this.leg.lend();
  }

  send(block: Uint8Array, from: number, to: number, isOwned: boolean): boolean {
    return this.leg.send(block, from, to, isOwned);
  }

  pause(): void {
    this.leg.pause();
  }

  resume(): void {
    this.leg.resume();
  }

  ping(nowMs: number): void {
    this.leg.ping(nowMs);
  }

  finish(closeCode: number, reason: string): void {
    this.leg.finish(closeCode, reason);
  }

  abort(): void {
    this.leg.abort();
  }
}
