/**
 * What must be true of sessions, as simply as it can be said: who is looked at, and until when a machine is kept. It knows
 * no session states and asks nobody; `model-course.testing.ts` tells it what happened. Not part of the program.
 */
import { GATEWAY_SILENCE_MS } from "@deskgate/contract";
import { PREPARING_LEASE_MS } from "../../domain/session-state.ts";
import { RELEASE_MS, TICKET_KEPT_MS } from "./model-steps.testing.ts";

/** The pool whose first use binds a machine to a person. */
export const DEDICATED_POOL = 1;
const FLOATING_POOL = 0;

interface Viewer {
  /** When its ticket was made. */
  readonly since: number;
  /** A viewer came. */
  isOpen: boolean;
  readonly signIn: string;
  /** The broker died before it gave the ticket to anybody. */
  readonly isUnknown: boolean;
}

/** What the model knows of a session. */
interface Kept {
  readonly id: string;
  readonly person: number;
  readonly pool: number;
  readonly machineId: string;
  /** By connection id. */
  readonly viewers: Map<string, Viewer>;
  /** Sign-ins that it was ever used from. */
  readonly signIns: Set<string>;
  wasOpened: boolean;
  keptUntil: number;
  /** While it counts as looked at: how long it goes on so without word of a viewer. */
  activeUntil: number;
}

interface Condition {
  health: "unknown" | "up" | "down";
  isInMaintenance: boolean;
}

export interface Got {
  readonly sessionId: string;
  readonly connectionId: string;
  readonly signIn: string;
  readonly isUnknown: boolean;
}

interface Surroundings {
  readonly now: () => number;
  readonly machineIds: readonly string[];
  /** Of each pool. */
  readonly poolMachines: readonly (readonly string[])[];
}

export class Model {
  readonly #now: () => number;
  readonly #poolMachines: readonly (readonly string[])[];
  #sessions: Kept[] = [];
  /** Gateways had time to speak to this broker by then. */
  #judgesFrom: number;
  /** Of each machine, as the last probe and the administrator left it. */
  readonly #conditions: ReadonlyMap<string, Condition>;
  /** Person → machine, of the dedicated pool. */
  readonly #assigned = new Map<number, string>();

  constructor({ now, machineIds, poolMachines }: Surroundings) {
    this.#now = now;
    this.#poolMachines = poolMachines;
    this.#judgesFrom = now() + GATEWAY_SILENCE_MS;
    this.#conditions = new Map(machineIds.map((id) => [id, { health: "unknown", isInMaintenance: false }]));
  }

  get sessions(): readonly Kept[] {
    return this.#sessions;
  }

  get openConnectionIds(): string[] {
    return this.#sessions.flatMap(({ viewers }) =>
      [...viewers].filter(([, { isOpen }]) => isOpen).map(([id]) => id),
    );
  }

  sessionOf(who: number, poolNumber: number): Kept | undefined {
    return this.#sessions.find((one) => one.person === who && one.pool === poolNumber);
  }

  conditionOf(machineId: string): Condition {
    const condition = this.#conditions.get(machineId);
    if (!condition) throw new Error("there is no such machine");
    return condition;
  }

  /** Why asking would be refused; `undefined` where it would not. */
  refusal(poolNumber: number, who: number): string | undefined {
    if (this.sessionOf(who, poolNumber)) return undefined;
    const free = this.#free(poolNumber, who).map((id) => this.conditionOf(id));
    if (free.length === 0) return "pool_full";
    const open = free.filter(({ isInMaintenance }) => !isInMaintenance);
    if (open.length === 0) return "machine_in_maintenance";
    return open.every(({ health }) => health === "down") ? "machine_down" : undefined;
  }

  /** Those of which one may be handed out: nothing unknown while something is up. */
  fit(poolNumber: number, who: number): readonly string[] {
    const open = this.#free(poolNumber, who).filter((id) => !this.conditionOf(id).isInMaintenance);
    const up = open.filter((id) => this.conditionOf(id).health === "up");
    return up.length > 0 ? up : open.filter((id) => this.conditionOf(id).health === "unknown");
  }

  #free(poolNumber: number, who: number): readonly string[] {
    const used = new Set(this.#sessions.map(({ machineId }) => machineId));
    const own = this.#assigned.get(who);
    if (poolNumber === DEDICATED_POOL && own !== undefined) return used.has(own) ? [] : [own];
    const others = new Set(
      [...this.#assigned].filter(([one]) => one !== who).map(([, machineId]) => machineId),
    );
    return (this.#poolMachines[poolNumber] ?? []).filter((id) => !used.has(id) && !others.has(id));
  }

  /** A session that there was not yet, for its first ticket. */
  begin(of: { readonly person: number; readonly pool: number; readonly machineId: string }, got: Got): void {
    if (of.pool === DEDICATED_POOL) this.#assigned.set(of.person, of.machineId);
    const session: Kept = {
      ...{ ...of, id: got.sessionId, viewers: new Map(), signIns: new Set(), wasOpened: false },
      ...{ keptUntil: this.#now() + PREPARING_LEASE_MS, activeUntil: Number.POSITIVE_INFINITY },
    };
    this.#sessions.push(session);
    this.awaitViewer(session, got);
  }

  /** Somebody may come with this ticket. */
  awaitViewer({ viewers, signIns }: Kept, { connectionId, signIn, isUnknown }: Got): void {
    viewers.set(connectionId, { since: this.#now(), isOpen: false, signIn, isUnknown });
    signIns.add(signIn);
  }

  /** Who is told that a gateway waits keeps it for as long as the ticket lives. */
  keepForTicket(who: number, poolNumber: number): void {
    const session = this.sessionOf(who, poolNumber);
    if (session) session.keptUntil = Math.max(session.keptUntil, this.#now() + TICKET_KEPT_MS);
  }

  openViewer(session: Kept, connectionId: string): void {
    const viewer = session.viewers.get(connectionId);
    if (viewer) viewer.isOpen = true;
    session.wasOpened = true;
    session.keptUntil = Number.POSITIVE_INFINITY;
  }

  /** A viewer, come or only awaited, is gone. */
  lose(session: Kept, connectionId: string): void {
    const isOpen = session.viewers.get(connectionId)?.isOpen ?? false;
    session.viewers.delete(connectionId);
    if (session.viewers.size > 0) return;
    if (!session.wasOpened) this.forget(session);
    // The last of several viewers may be one that never came; the time counts from then on all the same.
    else if (isOpen || isCountingFromNow(session)) session.keptUntil = this.#now() + RELEASE_MS;
  }

  /** The same of all viewers of which it is true. */
  loseAll(isGone: (viewer: Viewer) => boolean): void {
    for (const session of [...this.#sessions])
      for (const [id, viewer] of [...session.viewers]) if (isGone(viewer)) this.lose(session, id);
  }

  forget(session: Kept): void {
    this.#sessions = this.#sessions.filter((one) => one !== session);
  }

  signOut(signInId: string): void {
    this.loseAll(({ signIn }) => signIn === signInId);
    // The floating pool is given back by whoever used it from there, and is not looked at from elsewhere.
    for (const session of [...this.#sessions])
      if (session.pool === FLOATING_POOL && session.signIns.has(signInId) && session.viewers.size === 0)
        this.forget(session);
  }

  /** Whether a machine was the person's at all. */
  takeBack(who: number): boolean {
    if (!this.#assigned.delete(who)) return false;
    const session = this.sessionOf(who, DEDICATED_POOL);
    if (session) this.forget(session);
    return true;
  }

  /** Another broker knows of no gateway yet, and waits for their word. */
  restartBroker(): void {
    this.#judgesFrom = this.#now() + GATEWAY_SILENCE_MS;
  }

  /** What the reconciler finds to be over. */
  expire(): void {
    this.loseAll(({ since, isOpen }) => !isOpen && since + TICKET_KEPT_MS < this.#now());
    for (const session of [...this.#sessions]) {
      if (this.#isNobodyThere(session)) for (const id of [...session.viewers.keys()]) this.lose(session, id);
      if (session.keptUntil < this.#now()) this.forget(session);
    }
  }

  /** It counted as looked at because of a ticket that nobody has. */
  #isNobodyThere({ viewers, activeUntil, wasOpened }: Kept): boolean {
    const isOpen = [...viewers.values()].some((viewer) => viewer.isOpen);
    return wasOpened && !isOpen && this.#judgesFrom <= this.#now() && activeUntil < this.#now();
  }
}

function isCountingFromNow({ keptUntil }: Kept): boolean {
  return keptUntil === Number.POSITIVE_INFINITY;
}
