/**
 * The driver of one viewer: asks for a ticket, opens a surface, and comes back after a loss as reconnect.ts says.
 *
 * Knows no React: the page subscribes to snapshots. INVARIANT: at most one surface, and each has a ticket of its own.
 */
import {
  type ROUTES,
  type RouteReply,
  TICKET_SUBPROTOCOL_PREFIX,
  TUNNEL_SUBPROTOCOL,
} from "@deskgate/contract";
import { connectDesktop } from "../api/desktops.ts";
import { endingOfApiError, endingOfSurface } from "./endings.ts";
import { advance, type Ending, INITIAL_STATE, type ViewerEvent, type ViewerState } from "./reconnect.ts";
import { SURFACES } from "./registry.ts";
import type { Scaling, Surface, SurfaceEnding } from "./surface.ts";

type Admitted = RouteReply<typeof ROUTES.connectDesktop>;

export interface ViewerSnapshot {
  readonly state: ViewerState;
  /** Unknown until the first ticket. */
  readonly desktopName: string | undefined;
  readonly connectionId: string | undefined;
  /** There while the desktop shows. */
  readonly surface: Surface | undefined;
  /** What it looked like when it was lost. */
  readonly lastPicture: HTMLCanvasElement | undefined;
}

export interface ViewerOptions {
  readonly desktopId: string;
  readonly target: HTMLElement;
  /** Asked at each attempt, so that a choice made in between counts. */
  readonly scaling: () => Scaling;
  readonly onClipboard: (text: string) => void;
  /** The API refused a ticket or gave none. */
  readonly onApiError: (error: unknown) => void;
}

/** From the ticket's request to the first picture. */
const ATTEMPT_DEADLINE_MS = 20_000;

/** Before the first ticket. */
export const NOTHING_YET: ViewerSnapshot = {
  state: INITIAL_STATE,
  desktopName: undefined,
  connectionId: undefined,
  surface: undefined,
  lastPicture: undefined,
};

export class DesktopViewer {
  readonly #options: ViewerOptions;
  readonly #listeners = new Set<() => void>();
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
    clearTimeout(this.#timer);
    this.#attempt?.stop();
    this.#listeners.clear();
  }

  #begin(): void {
    this.#attempt = startAttempt(this.#options, {
      onAdmitted: ({ desktopName, connectionId }) => this.#show({ desktopName, connectionId }),
      onConnected: (surface) => {
        this.#show({ surface });
        this.#dispatch({ type: "opened", now: Date.now() });
      },
      onFailed: (ending) => this.#lose(ending),
    });
  }

  #lose(ending: Ending): void {
    const lastPicture = this.#attempt?.surface?.lastPicture() ?? this.#snapshot.lastPicture;
    this.#attempt?.stop();
    this.#attempt = undefined;
    this.#show({ surface: undefined, lastPicture });
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

interface Attempt {
  readonly surface: Surface | undefined;
  /** Ends it without a word to anyone. */
  readonly stop: () => void;
}

interface AttemptEvents {
  readonly onAdmitted: (admitted: Admitted) => void;
  readonly onConnected: (surface: Surface) => void;
  readonly onFailed: (ending: Ending) => void;
}

/** One ticket, one surface. Calls `onFailed` at most once, and never after `stop`. */
function startAttempt(options: ViewerOptions, events: AttemptEvents): Attempt {
  const abort = new AbortController();
  let surface: Surface | undefined;
  const stop = () => {
    clearTimeout(deadline);
    abort.abort();
    surface?.close();
  };
  const fail = (ending: Ending) => {
    if (!abort.signal.aborted) events.onFailed(ending);
  };
  const deadline = setTimeout(() => fail({ by: "gateway", reason: "viewer_lost" }), ATTEMPT_DEADLINE_MS);

  const open = async () => {
    const admitted = await connectDesktop(options.desktopId, abort.signal);
    events.onAdmitted(admitted);
    const { openSurface } = await SURFACES[admitted.protocol]();
    if (abort.signal.aborted) return;
    const opened = openSurface({
      target: options.target,
      tunnel: tunnelOf(admitted),
      scaling: options.scaling(),
      events: {
        onConnected: () => {
          clearTimeout(deadline);
          events.onConnected(opened);
        },
        onEnded: (ending: SurfaceEnding) => void endingOfSurface(ending, admitted.connectionId).then(fail),
        onClipboard: options.onClipboard,
      },
    });
    surface = opened;
  };
  open().catch((error: unknown) => {
    if (abort.signal.aborted) return;
    options.onApiError(error);
    fail(endingOfApiError(error));
  });

  return {
    get surface() {
      return surface;
    },
    stop,
  };
}

function tunnelOf({ ticket, tunnelPath }: Admitted) {
  return {
    url: `${window.location.origin.replace(/^http/, "ws")}${tunnelPath}`,
    subprotocols: [TUNNEL_SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`],
  };
}
