/**
 * What happened, for whoever counts. The planes call it; the program passes counters in; nothing here counts.
 *
 * INVARIANT: no argument comes from a person or a client as it is. Every word is from a table of the contract.
 */
import type { Protocol } from "./admission.ts";
import type { EndReason } from "./end-reasons.ts";
import type { ErrorCode } from "./errors.ts";

export interface EndedConnection {
  readonly protocol: Protocol;
  readonly reason: EndReason;
  readonly bytesToViewer: number;
  readonly bytesToTarget: number;
}

export interface AnsweredRequest {
  /** The route's name in the contract's table, or `other`. Never an address. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

export interface Meter {
  signIn(outcome: "ok" | ErrorCode): void;
  /** A desktop was asked for: a ticket was given, or why not. */
  desktop(outcome: "ok" | ErrorCode): void;
  requestAnswered(request: AnsweredRequest): void;
  storeRoundTrip(durationMs: number): void;
  /** A viewer and a machine were joined. */
  connectionSetUp(protocol: Protocol, tookMs: number): void;
  connectionEnded(connection: EndedConnection): void;
  tunnelRefused(code: ErrorCode): void;
}

/** For programs and tests that count nothing. */
export const SILENT_METER: Meter = {
  signIn() {},
  desktop() {},
  requestAnswered() {},
  storeRoundTrip() {},
  connectionSetUp() {},
  connectionEnded() {},
  tunnelRefused() {},
};
