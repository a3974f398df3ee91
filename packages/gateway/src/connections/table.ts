/** The live table: every connection of this gateway from its admission to its end, and the way to end one. */
import type { ConnectionReport, EndReason, Protocol } from "@deskgate/contract";
import type { Leg } from "../relay/leg.ts";

export interface LiveConnection {
  readonly connectionId: string;
  readonly protocol: Protocol;
  report(): ConnectionReport;
  /** Begins the end; within a second both sockets are gone. */
  kill(reason: EndReason): void;
  /** Whether a further tunnel of a viewer at this address may join. */
  mayJoin(viewerAddress: string): boolean;
  /** Serves a further tunnel until it has ended. Never rejects. */
  join(viewer: Leg): Promise<void>;
}

/** One open connection and what it has carried. */
export interface LiveLoad {
  readonly protocol: Protocol;
  readonly bytesToViewer: number;
  readonly bytesToTarget: number;
}

export class ConnectionTable {
  readonly #live = new Map<string, LiveConnection>();
  #waiting: (() => void)[] = [];

  get size(): number {
    return this.#live.size;
  }

  add(connection: LiveConnection): void {
    this.#live.set(connection.connectionId, connection);
  }

  get(connectionId: string): LiveConnection | undefined {
    return this.#live.get(connectionId);
  }

  remove(connectionId: string): void {
    this.#live.delete(connectionId);
    if (0 < this.#live.size) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  ids(): string[] {
    return [...this.#live.keys()];
  }

  reports(): ConnectionReport[] {
    return Array.from(this.#live.values(), (connection) => connection.report());
  }

  /** What is open now, for whoever counts. */
  load(): readonly LiveLoad[] {
    return Array.from(this.#live.values(), (connection) => {
      const { bytesToViewer, bytesToTarget } = connection.report();
      return { protocol: connection.protocol, bytesToViewer, bytesToTarget };
    });
  }

  /** Ends the named connections, or all; returns how many there were. */
  kill(connectionIds: Iterable<string> | "all", reason: EndReason): number {
    const ids = connectionIds === "all" ? this.ids() : connectionIds;
    let count = 0;
    for (const id of ids) {
      const connection = this.#live.get(id);
      connection?.kill(reason);
      if (connection) count += 1;
    }
    return count;
  }

  /** Settles when the table is empty. */
  empty(): Promise<void> {
    if (this.#live.size === 0) return Promise.resolve();
    return new Promise((done) => this.#waiting.push(done));
  }
}
