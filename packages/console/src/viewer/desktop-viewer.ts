/**
 * The driver of one viewer: lets attempts be made, and comes back after a loss as reconnect.ts says.
 *
 * Knows no React: the page subscribes to snapshots. INVARIANT: at most one surface, and each has a ticket of its own.
 */
import type { EndReason, Policy } from "@deskgate/contract";
import { type Attempt, type AttemptOptions, startAttempt } from "./attempt.ts";
import { CredentialDesk, type OpenQuestion } from "./credential-desk.ts";
import { advance, type Ending, INITIAL_STATE, type ViewerEvent, type ViewerState } from "./reconnect.ts";
import type { Surface } from "./surface.ts";

export interface ViewerSnapshot {
  readonly state: ViewerState;
  /** Unknown until the first ticket. */
  readonly desktopName: string | undefined;
  readonly connectionId: string | undefined;
  /** What the machine calls what it shows. */
  readonly title: string;
  readonly policy: Policy | undefined;
  /** What the person is asked for at the moment. */
  readonly question: OpenQuestion | undefined;
  /** There while the desktop shows. */
  readonly surface: Surface | undefined;
  /** What it looked like when it was lost. */
  readonly lastPicture: HTMLCanvasElement | undefined;
}

export type ViewerOptions = AttemptOptions;

/** What was typed is not to be tried again after these. */
const REFUSALS: ReadonlySet<EndReason> = new Set([
  "credential_refused",
  "target_account_locked",
  "target_account_disabled",
  "target_account_expired",
  "target_password_expired",
  "target_sign_in_denied",
]);

/** Before the first ticket. */
export const NOTHING_YET: ViewerSnapshot = {
  state: INITIAL_STATE,
  desktopName: undefined,
  connectionId: undefined,
  title: "",
  policy: undefined,
  question: undefined,
  surface: undefined,
  lastPicture: undefined,
};

export class DesktopViewer {
  readonly #options: ViewerOptions;
  readonly #listeners = new Set<() => void>();
  readonly #desk = new CredentialDesk((question) => this.#show({ question }));
  #snapshot = NOTHING_YET;
  #attempt: Attempt | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#begin();
  }

  // Properties rather than methods where they are handed on as functions.
  readonly snapshot = (): ViewerSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Try at once, if it is waiting to. */
  readonly hurry = (): void => this.#dispatch({ type: "due" });

  /** Connect again after it ended. */
  again(): void {
    this.#dispatch({ type: "again" });
  }

  /** The page noticed before the socket did that nobody answers any more. */
  giveUpConnection(): void {
    if (this.#snapshot.state.at === "connected") this.#lose({ by: "gateway", reason: "viewer_lost" });
  }

  close(): void {
    this.#isClosed = true;
    this.#desk.withdraw();
    clearTimeout(this.#timer);
    this.#attempt?.stop();
    this.#listeners.clear();
  }

  #begin(): void {
    this.#attempt = startAttempt(this.#options, this.#desk, {
      onAdmitted: ({ desktopName, connectionId, policy }) =>
        this.#show({ desktopName, connectionId, policy }),
      onConnected: (surface) => {
        this.#show({ surface });
        this.#dispatch({ type: "opened", now: Date.now() });
      },
      onTitle: (title) => this.#show({ title }),
      onFailed: (ending) => this.#lose(ending),
    });
  }

  #lose(ending: Ending): void {
    if (ending.by === "gateway" && REFUSALS.has(ending.reason)) this.#desk.forgetSecrets();
    this.#desk.withdraw();
    const lastPicture = this.#attempt?.surface?.lastPicture() ?? this.#snapshot.lastPicture;
    this.#attempt?.stop();
    this.#attempt = undefined;
    this.#show({ surface: undefined, lastPicture, title: "" });
    this.#dispatch({ type: "lost", ending, now: Date.now(), chance: Math.random() });
  }

  #dispatch(event: ViewerEvent): void {
    const state = advance(this.#snapshot.state, event);
    if (this.#isClosed || state === this.#snapshot.state) return;
    clearTimeout(this.#timer);
    this.#show({ state });
    if (state.at === "connecting" || state.at === "retrying") this.#begin();
    if (state.at === "waiting") this.#timer = setTimeout(this.hurry, Math.max(0, state.dueAt - Date.now()));
  }

  #show(changes: Partial<ViewerSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
