/** Sessions and connections as people and administrators see them, and the administrator's kill. */
import { type ConnectionReport, DeskgateError, type Log } from "@deskgate/contract";
import type { Caller } from "../../domain/caller.ts";
import { mapPage, type Page, type PageRequest } from "../../domain/page.ts";
import type { Connection, Session } from "../../domain/session.ts";
import type { SessionEnding } from "./ending.ts";
import type { LiveNumbers, SessionFilter, SessionSort, SessionStore } from "./ports.ts";

interface SessionsDeps {
  readonly store: SessionStore;
  readonly live: LiveNumbers;
  readonly ending: SessionEnding;
  readonly log: Log;
}

/** A connection with its gateway's last word on it, if it is open. */
export interface ConnectionView {
  readonly connection: Connection;
  readonly report: ConnectionReport | undefined;
}

export interface SessionView {
  readonly session: Session;
  readonly connections: readonly ConnectionView[];
}

export class SessionsService {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  async list(request: PageRequest<SessionSort>, filter: SessionFilter): Promise<Page<SessionView>> {
    const page = await this.#deps.store.listSessions(request, filter);
    const connections = await this.#deps.store.listConnections(page.items.map(({ id }) => id));
    const bySession = Map.groupBy(connections, (connection) => connection.sessionId);
    return mapPage(page, (session) => ({
      session,
      connections: (bySession.get(session.id) ?? []).map((connection) => this.#view(connection)),
    }));
  }

  /** Another person's connection looks like none, except to who may see all of them. */
  async findConnection(caller: Caller, connectionId: string): Promise<ConnectionView> {
    const connection = await this.#deps.store.findConnection(connectionId);
    const maySee = connection?.userId === caller.userId || caller.permissions.includes("sessions.read");
    if (!connection || !maySee) throw new DeskgateError("not_found");
    return this.#view(connection);
  }

  async kill(caller: Caller, sessionId: string): Promise<void> {
    const wasOpen = await this.#deps.ending.kill(sessionId, `killed by ${caller.userName}`);
    if (!wasOpen) throw new DeskgateError("not_found");
    this.#deps.log.info({ sessionId, userId: caller.userId }, "Session killed");
  }

  #view(connection: Connection): ConnectionView {
    const report = connection.state === "open" ? this.#deps.live.findReport(connection.id) : undefined;
    return { connection, report };
  }
}
