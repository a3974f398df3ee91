/**
 * When the viewer connects, waits, tries again and gives up: a table of states without clocks, sockets or screens.
 *
 * Time and chance enter with the events. The driver around it is connect.ts.
 * INVARIANT: from `ended` only a person's wish leads out.
 */
import { END_REASONS, type EndReason } from "@deskgate/contract";
import { endSentence } from "../text/refusals.ts";
import { viewerText } from "../text/viewer.ts";
import type { MachineWords } from "./surface.ts";

/** Why there is no picture: said by the gateway, or by the API when a ticket was asked for. */
export type Ending =
  /** The viewer itself wants to open the desktop anew; nothing is wrong. */
  | { readonly by: "viewer" }
  | ({ readonly by: "gateway"; readonly reason: EndReason } & MachineWords)
  | {
      readonly by: "api";
      readonly code: string;
      readonly sentence: string;
      readonly mayRetry: boolean;
      readonly retryAfterMs?: number;
    };

export type ViewerState =
  | { readonly at: "connecting" }
  | { readonly at: "connected"; readonly since: number; readonly failures: number }
  | ({ readonly at: "waiting"; readonly dueAt: number } & Retry)
  | ({ readonly at: "retrying" } & Retry)
  | { readonly at: "ended"; readonly ending: Ending };

interface Retry {
  readonly attempt: number;
  readonly ending: Ending;
  /** Since when the machine is being started; absent where it is not. */
  readonly startingSince?: number;
}

export type ViewerEvent =
  /** The desktop shows. */
  | { readonly type: "opened"; readonly now: number }
  /** There is no picture (any more). `chance` is in [0, 1). */
  | { readonly type: "lost"; readonly ending: Ending; readonly now: number; readonly chance: number }
  /** The wait is over, or need not be longer. */
  | { readonly type: "due" }
  /** A person wants the desktop after it ended. */
  | { readonly type: "again" };

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A connection that held this long counts as good: the next loss starts from the shortest delay. */
const STABLE_AFTER_MS = 3_000;
/** A machine that is being started is asked for in this rhythm, if the API names no other, and given up after so long. */
const STARTING_DELAY_MS = 5_000;
export const STARTING_DEADLINE_MS = 5 * 60_000;
/** Delays are spread by this much both ways, so that the viewers of a lost gateway do not come back in step. */
const JITTER = 0.2;

export const INITIAL_STATE: ViewerState = { at: "connecting" };

export function advance(state: ViewerState, event: ViewerEvent): ViewerState {
  switch (event.type) {
    case "opened":
      return onOpened(state, event.now);
    case "lost":
      return onLost(state, event);
    case "due":
      return state.at === "waiting" ? retryingOf(state) : state;
    case "again":
      return state.at === "ended" ? INITIAL_STATE : state;
  }
}

function onOpened(state: ViewerState, now: number): ViewerState {
  switch (state.at) {
    case "connecting":
      return { at: "connected", since: now, failures: 0 };
    case "retrying":
      return { at: "connected", since: now, failures: state.attempt };
    case "connected":
    case "waiting":
    case "ended":
      return state;
  }
}

function onLost(
  state: ViewerState,
  { ending, now, chance }: ViewerEvent & { readonly type: "lost" },
): ViewerState {
  if (state.at === "ended" || state.at === "waiting") return state;
  if (ending.by === "viewer") return INITIAL_STATE;
  if (!mayRetry(ending)) return { at: "ended", ending };
  const attempt = failuresBefore(state, now) + 1;
  if (isStarting(ending)) return waitForStart(state, { attempt, ending, now });
  const wait = Math.max(delayBefore(attempt, chance), retryAfter(ending));
  return { at: "waiting", attempt, dueAt: now + wait, ending };
}

function retryingOf({ attempt, ending, startingSince }: Retry): ViewerState {
  const since = startingSince === undefined ? {} : { startingSince };
  return { at: "retrying", attempt, ending, ...since };
}

function isStarting(ending: Ending): boolean {
  return ending.by === "api" && ending.code === "machine_starting";
}

function waitForStart(
  state: ViewerState,
  { attempt, ending, now }: { readonly attempt: number; readonly ending: Ending; readonly now: number },
): ViewerState {
  const startingSince = (state.at === "retrying" ? state.startingSince : undefined) ?? now;
  if (startingSince + STARTING_DEADLINE_MS <= now) return { at: "ended", ending: NOT_STARTED };
  const dueAt = now + (retryAfter(ending) || STARTING_DELAY_MS);
  return { at: "waiting", attempt, dueAt, ending, startingSince };
}

const NOT_STARTED: Ending = {
  ...{ by: "api", code: "machine_not_started", mayRetry: false },
  sentence: viewerText.notStarted,
};

function failuresBefore(state: ViewerState, now: number): number {
  if (state.at === "retrying") return state.attempt;
  if (state.at === "connected" && now - state.since < STABLE_AFTER_MS) return state.failures;
  return 0;
}

/** How long to wait before the given attempt, the first being 1. */
export function delayBefore(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(full * (1 - JITTER + 2 * JITTER * chance));
}

function mayRetry(ending: Ending): boolean {
  switch (ending.by) {
    case "viewer":
      return true;
    case "gateway":
      return END_REASONS[ending.reason].mayRetry;
    case "api":
      return ending.mayRetry;
  }
}

/** The ending in a sentence for the person who looks at the viewer. */
export function sentenceOfEnding(ending: Ending): string {
  switch (ending.by) {
    case "viewer":
      return "";
    case "gateway":
      return [endSentence(ending.reason), ending.machineWords].filter(Boolean).join(" ");
    case "api":
      return ending.sentence;
  }
}

export function codeOfEnding(ending: Ending): string {
  switch (ending.by) {
    case "viewer":
      return "renewed";
    case "gateway":
      return ending.reason;
    case "api":
      return ending.code;
  }
}

function retryAfter(ending: Ending): number {
  return ending.by === "api" ? (ending.retryAfterMs ?? 0) : 0;
}
