/**
 * Admissions that the broker has placed here, by the hash of their ticket. Each is given out once and not after its time;
 * one for a whole connection is given out again, as a further tunnel's, until the connection is over.
 *
 * INVARIANT: a used, burnt or expired ticket stays known as such for a while, so that showing it again is answered with
 * its own code and never asked of the broker as if it were new.
 */
import type { Admission, Reservation, TicketRefusal } from "@deskgate/contract";

/** `isFurther`: the ticket has opened a tunnel before, whose connection this one must join. */
export interface Redeemed {
  readonly admission: Admission;
  readonly isFurther: boolean;
}

type Entry =
  | { readonly admission: Admission; readonly expiresAtMs: number }
  /** Redeemed, and good for further tunnels of its connection. */
  | { readonly shared: Admission }
  | { readonly spent: TicketRefusal; readonly forgetAtMs: number };

const REMEMBER_SPENT_MS = 10 * 60_000;
const SWEEP_EVERY = 256;

export class Reservations {
  readonly #entries = new Map<string, Entry>();
  /** By connection: the ticket that it shares among its tunnels. */
  readonly #shared = new Map<string, string>();
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
  redeem(ticketHash: string): Redeemed | TicketRefusal | undefined {
    const entry = this.#entries.get(ticketHash);
    if (!entry) return undefined;
    if ("spent" in entry) return entry.spent;
    if ("shared" in entry) return { admission: entry.shared, isFurther: true };
    if (entry.expiresAtMs < this.#nowMs()) {
      this.spend(ticketHash, "ticket_expired");
      return "ticket_expired";
    }
    this.begin(ticketHash, entry.admission);
    return { admission: entry.admission, isFurther: false };
  }

  /** A ticket has opened its first tunnel. */
  begin(ticketHash: string, admission: Admission): void {
    if (admission.uses === "once") {
      this.spend(ticketHash, "ticket_used");
      return;
    }
    this.#entries.set(ticketHash, { shared: admission });
    this.#shared.set(admission.connectionId, ticketHash);
  }

  /** The connection is over: its ticket opens nothing more. */
  end(connectionId: string): void {
    const ticketHash = this.#shared.get(connectionId);
    this.#shared.delete(connectionId);
    if (ticketHash !== undefined) this.spend(ticketHash, "ticket_used");
  }

  /** Remembers that a ticket is good for nothing any more. */
  spend(ticketHash: string, why: TicketRefusal): void {
    this.#entries.set(ticketHash, { spent: why, forgetAtMs: this.#nowMs() + REMEMBER_SPENT_MS });
  }

  /** Burns what waits for these connections. */
  burn(connectionIds: ReadonlySet<string>): void {
    for (const [hash, entry] of this.#entries) {
      const admission = "admission" in entry ? entry.admission : "shared" in entry ? entry.shared : undefined;
      if (admission && connectionIds.has(admission.connectionId)) this.spend(hash, "ticket_revoked");
    }
  }

  #sweep(): void {
    this.#placedSinceSweep = 0;
    const now = this.#nowMs();
    for (const [hash, entry] of this.#entries) {
      // A shared one stays as long as its connection.
      if ("shared" in entry) continue;
      if ("spent" in entry ? entry.forgetAtMs < now : entry.expiresAtMs + REMEMBER_SPENT_MS < now)
        this.#entries.delete(hash);
    }
  }
}
