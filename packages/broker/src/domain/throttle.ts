/**
 * How failed attempts slow the next ones down. Pure: a state and the time in, the next state or a wait out.
 *
 * The pair of account and client address, and the address alone, are blocked for a growing time. The account as a whole
 * is only delayed, and never by more than half a minute: whoever attacks a name from many places slows its owner down,
 * but cannot lock them out.
 */
export interface ThrottleState {
  readonly failures: number;
  readonly lastFailureAt: number;
}

interface ThrottleRule {
  /** Failures without consequence. */
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

const THROTTLE_RULES = {
  pair: { freeFailures: 5, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000 },
  address: { freeFailures: 20, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000 },
  account: { freeFailures: 10, firstWaitMs: 1_000, longestWaitMs: 30_000 },
} as const satisfies Record<string, ThrottleRule>;

export type ThrottleKind = keyof typeof THROTTLE_RULES;

/** Half of the failures are forgotten after each such time without a new one. */
export const THROTTLE_HALF_LIFE_MS = 30 * 60_000;

export const NO_FAILURES: ThrottleState = { failures: 0, lastFailureAt: 0 };

/** Failures that still count at `now`. */
function countedFailures(state: ThrottleState, now: number): number {
  const halvings = Math.floor(Math.max(0, now - state.lastFailureAt) / THROTTLE_HALF_LIFE_MS);
  return Math.floor(state.failures / 2 ** Math.min(halvings, 30));
}

/** Milliseconds until the next attempt; 0 where it may come now. */
export function waitMs(kind: ThrottleKind, state: ThrottleState, now: number): number {
  return Math.max(0, state.lastFailureAt + pauseMs(kind, state, now) - now);
}

/** How long an attempt on an account is held before it is looked at, however recent the last failure. */
export function pauseMs(kind: ThrottleKind, state: ThrottleState, now: number): number {
  const rule: ThrottleRule = THROTTLE_RULES[kind];
  const excess = countedFailures(state, now) - rule.freeFailures;
  if (excess < 0) return 0;
  return Math.min(rule.longestWaitMs, rule.firstWaitMs * 2 ** Math.min(excess, 30));
}

export function afterFailure(state: ThrottleState, now: number): ThrottleState {
  return { failures: countedFailures(state, now) + 1, lastFailureAt: now };
}

/**
 * A success forgives the pair. At an address that many people share it outweighs two failures, so that typing mistakes
 * of a whole office do not add up; an account that is attacked stays slow whoever succeeds.
 */
export function afterSuccess(kind: ThrottleKind, state: ThrottleState): ThrottleState {
  switch (kind) {
    case "pair":
      return NO_FAILURES;
    case "address":
      return state.failures === 0 ? state : { ...state, failures: Math.max(0, state.failures - 2) };
    case "account":
      return state;
  }
}
