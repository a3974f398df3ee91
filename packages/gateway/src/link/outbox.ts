/**
 * What the broker has to be told of connections, kept while it cannot be told, in order.
 *
 * LIMIT: it is in memory and bounded. What is dropped the broker learns less precisely, when the gateway registers.
 */
import { type BrokerCalls, DeskgateError, type Log } from "@deskgate/contract";

type Told = Pick<BrokerCalls, "connectionOpened" | "connectionClosed">;

interface Message {
  readonly send: () => Promise<unknown>;
  readonly connectionId: string;
  failures: number;
}

/** LIMIT: messages that wait for the broker. */
const MAX_WAITING = 20_000;
/** LIMIT: tries of a message that the broker receives but cannot take. */
const MAX_FAILURES = 5;

export class Outbox implements Told {
  readonly #broker: Told;
  readonly #log: Log;
  readonly #waiting: Message[] = [];
  #flushing: Promise<void> | undefined;

  constructor(broker: Told, log: Log) {
    this.#broker = broker;
    this.#log = log;
  }

  get size(): number {
    return this.#waiting.length;
  }

  readonly connectionOpened: Told["connectionOpened"] = (opened) =>
    this.#tell(opened.connectionId, () => this.#broker.connectionOpened(opened));

  readonly connectionClosed: Told["connectionClosed"] = (closed) =>
    this.#tell(closed.report.connectionId, () => this.#broker.connectionClosed(closed));

  /** Sends what waits. Rejects where the broker still cannot be told. */
  async flush(): Promise<void> {
    this.#flushing ??= this.#sendAll().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  /** Never rejects. Nobody overtakes a message that waits. */
  async #tell(connectionId: string, send: () => Promise<unknown>): Promise<Record<string, never>> {
    if (0 < this.#waiting.length) {
      this.#keep({ send, connectionId, failures: 0 });
      return {};
    }
    try {
      await send();
    } catch (cause) {
      // A link that is down says so itself.
      this.#log[isAway(cause) ? "debug" : "warn"]({ connectionId, cause }, "Broker not told yet");
      this.#keep({ send, connectionId, failures: 1 });
    }
    return {};
  }

  #keep(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length <= MAX_WAITING) return;
    const dropped = this.#waiting.shift();
    if (dropped) this.#giveUp(dropped, new Error("too many messages wait for the broker"));
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      try {
        await next.send();
      } catch (cause) {
        next.failures += 1;
        if (isAway(cause) || next.failures < MAX_FAILURES) throw cause;
        this.#giveUp(next, cause);
      }
      // The bound may have dropped it meanwhile.
      if (this.#waiting[0] === next) this.#waiting.shift();
    }
  }

  #giveUp({ connectionId }: Message, cause: unknown): void {
    this.#log.error({ connectionId, cause }, "Broker not told of a connection");
  }
}

function isAway(cause: unknown): boolean {
  return cause instanceof DeskgateError && cause.code === "link_unavailable";
}
