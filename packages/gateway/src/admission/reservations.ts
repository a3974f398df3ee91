/**
 * Admissions that the broker has placed here, by the hash of their ticket. Each is given out once and not after its time.
 *
 * INVARIANT: a used, burnt or expired ticket stays known as such for a while, so that showing it again is answered with
 * its own code and never asked of the broker as if it were new.
 */
import type { Admission, Reservation, TicketRefusal } from "@deskgate/contract";

type Entry =
  | { readonly admission: Admission; readonly expiresAtMs: number }
  | { readonly spent: TicketRefusal; readonly forgetAtMs: number };

const REMEMBER_SPENT_MS = 10 * 60_000;
const SWEEP_EVERY = 256;

export class Reservations {
  readonly #entries = new Map<string, Entry>();
  readonly #nowMs: () => number;
  #placedSinceSweep = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  place({ ticketHash, expiresInMs, admission }: Reservation): void {
    this.#entries.set(ticketHash, { admission, expiresAtMs: this.#nowMs() + expiresInMs });
    this.#placedSinceSweep += 1;
    if (SWEEP_EVERY <= this.#placedSinceSweep) this.#sweep();
  }

  /** Redeems a ticket: its admission, why it is refused, or `undefined` where nothing is known of it here. */
  redeem(ticketHash: string): Admission | TicketRefusal | undefined {
    const entry = this.#entries.get(ticketHash);
    if (!entry) return undefined;
    if ("spent" in entry) return entry.spent;
    const isExpired = entry.expiresAtMs < this.#nowMs();
    this.spend(ticketHash, isExpired ? "ticket_expired" : "ticket_used");
    return isExpired ? "ticket_expired" : entry.admission;
  }

  /** Remembers that a ticket is good for nothing any more. */
  spend(ticketHash: string, why: TicketRefusal): void {
    this.#entries.set(ticketHash, { spent: why, forgetAtMs: this.#nowMs() + REMEMBER_SPENT_MS });
  }

  /** Burns what waits for these connections. */
  burn(connectionIds: ReadonlySet<string>): void {
    for (const [hash, entry] of this.#entries) {
      if ("admission" in entry && connectionIds.has(entry.admission.connectionId))
        this.spend(hash, "ticket_revoked");
    }
  }

  #sweep(): void {
    this.#placedSinceSweep = 0;
    const now = this.#nowMs();
    for (const [hash, entry] of this.#entries) {
      if ("spent" in entry ? entry.forgetAtMs < now : entry.expiresAtMs + REMEMBER_SPENT_MS < now)
        this.#entries.delete(hash);
    }
  }
}
