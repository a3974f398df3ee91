/**
 * How long to wait after so many bytes, so that a connection keeps below its rate. Bytes that came in one read are passed
 * on whole and paid for afterwards, which keeps latency low where the rate is not used up.
 */
const BURST_MS = 100;
const MS_PER_SECOND = 1000;

export class Throttle {
  readonly #bytesPerMs: number;
  readonly #nowMs: () => number;
  #paidUntilMs: number;

  constructor(bytesPerSecond: number, nowMs: () => number) {
    this.#bytesPerMs = bytesPerSecond / MS_PER_SECOND;
    this.#nowMs = nowMs;
    this.#paidUntilMs = nowMs() - BURST_MS;
  }

  /** Counts bytes and returns how many milliseconds to rest now; 0 while within the burst. */
  spend(bytes: number): number {
    const now = this.#nowMs();
    this.#paidUntilMs = Math.max(this.#paidUntilMs, now - BURST_MS) + bytes / this.#bytesPerMs;
    return Math.max(0, this.#paidUntilMs - now);
  }
}
