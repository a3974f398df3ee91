/** How many connections may be open, in all and from one address; counting only, no sockets. */
export interface LimitSettings {
  readonly total: number;
  readonly perAddress: number;
}

export class ConnectionLimits {
  readonly #settings: LimitSettings;
  readonly #perAddress = new Map<string, number>();
  #total = 0;

  constructor(settings: LimitSettings) {
    this.#settings = settings;
  }

  /** Open connections now. */
  get total(): number {
    return this.#total;
  }

  /** Counts one more connection, or returns false where that would be one too many. Each true needs one {@link leave}. */
  enter(address: string): boolean {
    const here = this.#perAddress.get(address) ?? 0;
    if (this.#settings.total <= this.#total || this.#settings.perAddress <= here) return false;
    this.#total += 1;
    this.#perAddress.set(address, here + 1);
    return true;
  }

  leave(address: string): void {
    this.#total -= 1;
    const here = (this.#perAddress.get(address) ?? 1) - 1;
    if (here <= 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, here);
  }
}
