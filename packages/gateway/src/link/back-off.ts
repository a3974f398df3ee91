/** How long to wait before the next try: twice as long each time, up to a limit, never the same for all. Pure. */
const FIRST_WAIT_MS = 250;
/** Well below the time in which the broker believes a gateway lost, so that one that restarted finds all of them. */
const LONGEST_WAIT_MS = 5_000;

/** `attempt` counts from 1; `random` is from 0 to 1. Between half and all of the full wait. */
export function waitMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}
