/**
 * Where changes come together and go out to whoever listens. Called after a change is committed.
 *
 * INVARIANT: an event carries a name and no data, and goes only to listeners that may read its topic.
 */
import {
  type ChangeEvent,
  DeskgateError,
  type Permission,
  TOPIC_NAMES,
  TOPICS,
  type Topic,
} from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import { Listener } from "./listener.ts";

/** What services tell. */
export interface Changes {
  /** `id`: absent where several changed at once. */
  changed(topic: Topic, id?: string): void;
  removed(topic: Topic, id: string): void;
}

export interface Subscription {
  readonly topics: readonly Topic[] | undefined;
  readonly lastEventId: string | undefined;
  readonly caller: Caller;
  /** Who the listener is now; `undefined` once the sign-in has ended. */
  readonly recognise: () => Promise<Caller | undefined>;
}

// LIMIT: events kept for listeners that come back.
const RING_EVENTS = 1_000;
// LIMIT: streams of one sign-in.
const MAX_STREAMS_PER_SIGN_IN = 8;
export const HEARTBEAT_MS = 15_000;

interface NumberedEvent {
  readonly number: number;
  readonly event: ChangeEvent;
}

export class EventHub implements Changes {
  /** Tells this run's numbers from those of an earlier one. */
  readonly #run: string;
  readonly #ring: NumberedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #number = 0;

  constructor(run: string) {
    this.#run = run;
  }

  changed(topic: Topic, id?: string): void {
    this.#publish({ topic, id: id ?? null, change: "changed" });
  }

  removed(topic: Topic, id: string): void {
    this.#publish({ topic, id, change: "removed" });
  }

  /** Throws `not_permitted` for a topic that the caller may not read, `too_many_streams`. */
  subscribe({ topics, lastEventId, caller, recognise }: Subscription): AsyncIterable<string> {
    const wanted = topics ?? TOPIC_NAMES.filter((topic) => mayListen(topic, caller.permissions));
    if (!wanted.every((topic) => mayListen(topic, caller.permissions)))
      throw new DeskgateError("not_permitted");
    const own = [...this.#listeners].filter(({ signInId }) => signInId === caller.signInId);
    if (MAX_STREAMS_PER_SIGN_IN <= own.length) throw new DeskgateError("too_many_streams");
    const listener = new Listener({
      ...{ signInId: caller.signInId, topics: new Set(wanted), heartbeatMs: HEARTBEAT_MS },
      onClose: () => this.#listeners.delete(listener),
      isAllowed: async () => {
        const now = await recognise();
        return now !== undefined && wanted.every((topic) => mayListen(topic, now.permissions));
      },
    });
    this.#listeners.add(listener);
    this.#greet(listener, lastEventId);
    return listener;
  }

  /** Asks every listener again whether it still may listen; call it when rights or sign-ins changed. */
  checkListeners(): void {
    for (const listener of this.#listeners) listener.check();
  }

  close(): void {
    for (const listener of [...this.#listeners]) listener.close();
  }

  /** What was missed since `lastEventId`, or the word to read everything again. */
  #greet(listener: Listener, lastEventId: string | undefined): void {
    listener.push(`: deskgate\nid: ${this.#run}-${this.#number}\n\n`);
    if (lastEventId === undefined) return;
    const [run, number] = lastEventId.split("-");
    const last = Number(number);
    const oldest = this.#number - this.#ring.length;
    if (run !== this.#run || !Number.isInteger(last) || last < oldest || this.#number < last) {
      listener.push("event: resync\ndata: {}\n\n");
      return;
    }
    for (const numbered of this.#ring) if (last < numbered.number) this.#send(listener, numbered);
  }

  #publish(event: ChangeEvent): void {
    const numbered = { number: ++this.#number, event };
    this.#ring.push(numbered);
    if (RING_EVENTS < this.#ring.length) this.#ring.shift();
    for (const listener of this.#listeners) this.#send(listener, numbered);
    if (event.topic === "users" || event.topic === "roles") this.checkListeners();
  }

  #send(listener: Listener, { number, event }: NumberedEvent): void {
    if (!listener.topics.has(event.topic)) return;
    listener.push(`event: change\nid: ${this.#run}-${number}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

function mayListen(topic: Topic, permissions: readonly Permission[]): boolean {
  const permission = TOPICS[topic];
  return permission === null || permissions.includes(permission);
}
