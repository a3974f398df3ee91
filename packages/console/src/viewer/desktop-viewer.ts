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

export interface DesktopViewer {
  readonly snapshot: () => ViewerSnapshot;
  readonly subscribe: (listener: () => void) => () => void;
  /** Try at once, if it is waiting to. */
  readonly hurry: () => void;
  /** Connect again after it ended. */
  readonly again: () => void;
  /** The page noticed before the socket did that nobody answers any more. */
  readonly giveUpConnection: () => void;
  readonly close: () => void;
}

/** From the ticket's request to the first picture. */
const ATTEMPT_DEADLINE_MS = 20_000;

export function createDesktopViewer(options: ViewerOptions): DesktopViewer {
  const listeners = new Set<() => void>();
  let current: ViewerSnapshot = {
    state: INITIAL_STATE,
    desktopName: undefined,
    connectionId: undefined,
    surface: undefined,
    lastPicture: undefined,
  };
  let attempt: Attempt | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const show = (changes: Partial<ViewerSnapshot>) => {
    current = { ...current, ...changes };
    for (const listener of listeners) listener();
  };

  const dispatch = (event: ViewerEvent) => {
    const state = advance(current.state, event);
    if (isClosed || state === current.state) return;
    clearTimeout(timer);
    show({ state });
    if (state.at === "connecting" || state.at === "retrying") begin();
    if (state.at === "waiting")
      timer = setTimeout(() => dispatch({ type: "due" }), Math.max(0, state.dueAt - Date.now()));
  };

  const lose = (ending: Ending) => {
    const lastPicture = attempt?.surface?.lastPicture() ?? current.lastPicture;
    attempt?.stop();
    attempt = undefined;
    show({ surface: undefined, lastPicture });
    dispatch({ type: "lost", ending, now: Date.now(), chance: Math.random() });
  };

  const begin = () => {
    attempt = startAttempt(options, {
      onAdmitted: ({ desktopName, connectionId }) => show({ desktopName, connectionId }),
      onConnected: (surface) => {
        show({ surface });
        dispatch({ type: "opened", now: Date.now() });
      },
      onFailed: lose,
    });
  };
  begin();

  return {
    snapshot: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hurry: () => dispatch({ type: "due" }),
    again: () => dispatch({ type: "again" }),
    giveUpConnection: () => {
      if (current.state.at === "connected") lose({ by: "gateway", reason: "viewer_lost" });
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      attempt?.stop();
      listeners.clear();
    },
  };
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
