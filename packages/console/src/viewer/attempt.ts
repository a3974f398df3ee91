/** One attempt to show a desktop: a ticket, what the person has to type, a surface. */
import {
  type ROUTES,
  type RouteReply,
  TICKET_LIFETIME_MS,
  TICKET_SUBPROTOCOL_PREFIX,
  TUNNEL_SUBPROTOCOL,
} from "@deskgate/contract";
import { connectDesktop } from "../api/desktops.ts";
import type { CredentialRequest, TypedCredential } from "./credential.ts";
import type { CredentialDesk } from "./credential-desk.ts";
import { endingOfApiError, endingOfSurface } from "./endings.ts";
import { loadedOrAnew } from "./loaded-or-anew.ts";
import { afterOwnCredential, keepOwnCredential } from "./own-credential.ts";
import type { Ending } from "./reconnect.ts";
import { SURFACES } from "./registry.ts";
import type { Scaling, Surface, SurfaceEnding, SurfaceOptions } from "./surface.ts";

type Admitted = RouteReply<typeof ROUTES.connectDesktop>;

export interface AttemptOptions {
  readonly desktopId: string;
  readonly target: HTMLElement;
  /** Asked at each attempt, so that a choice made in between counts. */
  readonly scaling: () => Scaling;
  readonly onClipboard: (text: string) => void;
  /** The API refused a ticket or gave none. */
  readonly onApiError: (error: unknown) => void;
}

export interface Attempt {
  readonly surface: Surface | undefined;
  /** Ends it without a word to anyone. */
  readonly stop: () => void;
}

interface AttemptEvents {
  readonly onAdmitted: (admitted: Admitted) => void;
  readonly onConnected: (surface: Surface) => void;
  readonly onTitle: (text: string) => void;
  readonly onFailed: (ending: Ending) => void;
}

/** From the ticket's request to the first picture, not counting the time a person types. */
const ATTEMPT_DEADLINE_MS = 20_000;
/** A ticket that has less left than this is not worth carrying to the gateway. */
const FRESH_ENOUGH_MS = 15_000;

/** Calls `onFailed` at most once, and never after `stop`. */
export function startAttempt(options: AttemptOptions, desk: CredentialDesk, events: AttemptEvents): Attempt {
  const running = new RunningAttempt(options, desk, events);
  running.open().catch((error: unknown) => running.failByApi(error));
  return running;
}

class RunningAttempt implements Attempt {
  readonly #options: AttemptOptions;
  readonly #desk: CredentialDesk;
  readonly #events: AttemptEvents;
  readonly #abort = new AbortController();
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #hasConnected = false;
  #ticketAskedAt = 0;
  surface: Surface | undefined;

  constructor(options: AttemptOptions, desk: CredentialDesk, events: AttemptEvents) {
    this.#options = options;
    this.#desk = desk;
    this.#events = events;
  }

  readonly stop = (): void => {
    clearTimeout(this.#deadline);
    this.#abort.abort();
    this.surface?.close();
  };

  async open(): Promise<void> {
    this.#startDeadline();
    const { signal } = this.#abort;
    let admitted = await this.#admit();
    const { openSurface, asksFirst } = await loadedOrAnew(SURFACES[admitted.protocol]);
    let credential: TypedCredential | undefined;
    if (asksFirst && admitted.credentialMode === "prompt") {
      credential = await this.#ask(asksFirst, admitted);
      if (signal.aborted) return;
      if (!credential) return this.#fail({ by: "gateway", reason: "credential_needed" });
      if (Date.parse(admitted.expiresAt) - Date.now() < FRESH_ENOUGH_MS) {
        admitted = await this.#admit();
      }
    }
    if (signal.aborted) return;
    this.surface = openSurface({
      target: this.#options.target,
      tunnel: tunnelOf(admitted),
      scaling: this.#options.scaling(),
      ...{ credential, credentialMode: admitted.credentialMode, policy: admitted.policy },
      events: this.#surfaceEvents(admitted),
    });
  }

  async #admit(): Promise<Admitted> {
    this.#ticketAskedAt = Date.now();
    const admitted = await connectDesktop(this.#options.desktopId, this.#abort.signal);
    this.#events.onAdmitted(admitted);
    return admitted;
  }

  get #ticketAgeMs(): number {
    return Date.now() - this.#ticketAskedAt;
  }

  failByApi(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#options.onApiError(error);
    this.#fail(endingOfApiError(error));
  }

  #surfaceEvents(admitted: Admitted): SurfaceOptions["events"] {
    return {
      onConnected: () => {
        this.#hasConnected = true;
        clearTimeout(this.#deadline);
        if (admitted.isOwnCredential) keepOwnCredential(this.#desk.takeNew());
        // A surface may be connected before `openSurface` has returned it.
        queueMicrotask(() => this.surface && this.#events.onConnected(this.surface));
      },
      onEnded: (ending: SurfaceEnding) =>
        void endingOfSurface(ending, { ...admitted, ticketAgeMs: this.#ticketAgeMs })
          .then((known) => afterOwnCredential(known, admitted))
          .then((known) => this.#fail(known)),
      onClipboard: (text) => {
        if (admitted.policy.clipboardFromMachine) this.#options.onClipboard(text);
      },
      onTitle: (text) => this.#events.onTitle(text),
      askCredential: (request) => this.#ask(request, admitted),
    };
  }

  async #ask(request: CredentialRequest, admitted: Admitted): Promise<TypedCredential | undefined> {
    clearTimeout(this.#deadline);
    const { suggestedUsername: username, suggestedDomain: domain } = admitted;
    const suggested = { username, domain };
    const typed = await this.#desk.ask(request, { suggested, isOwn: admitted.isOwnCredential });
    if (!this.#hasConnected && !this.#abort.signal.aborted) this.#startDeadline();
    return typed;
  }

  #startDeadline(): void {
    this.#deadline = setTimeout(() => {
      // A computer that slept in between hears its timers before its sockets.
      const isTooLate = TICKET_LIFETIME_MS <= this.#ticketAgeMs;
      this.#fail({ by: "gateway", reason: isTooLate ? "ticket_expired" : "viewer_lost" });
    }, ATTEMPT_DEADLINE_MS);
  }

  #fail(ending: Ending): void {
    if (!this.#abort.signal.aborted) this.#events.onFailed(ending);
  }
}

function tunnelOf({ ticket, tunnelPath }: Admitted) {
  return {
    url: `${window.location.origin.replace(/^http/, "ws")}${tunnelPath}`,
    subprotocols: [TUNNEL_SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`],
  };
}
