/**
 * Named points at which a test stops the broker, to see what a sudden end there leaves behind. The program itself stops
 * at none.
 */
export const FAULT_POINTS = [
  /** Session, connection and ticket are written, and not yet there for others. */
  "claim:before-commit",
  /** They are there; no gateway knows. */
  "claim:committed",
  /** A gateway waits for the ticket; the session does not say so yet. */
  "claim:reserved",
  /** All is done; the person has not been answered. */
  "claim:ready",
  /** Endings are written, and not yet there for others. */
  "ending:before-commit",
  /** They are there; no gateway knows. */
  "ending:committed",
  /** Gateways have let go; whoever asked has not been answered. */
  "ending:withdrawn",
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface Faults {
  reach(point: FaultPoint): Promise<void>;
}

export const NO_FAULTS: Faults = { reach: async () => undefined };
