/** Sessions and connections in the database, for reading. */
import type { Connection, Session } from "../domain/session.ts";
import type { SessionStore } from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";

// LIMIT: sessions of one list, until lists have pages.
const MAX_SESSIONS = 500;

export class SessionsStore implements SessionStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listSessions(state: "open" | "ended"): Promise<readonly Session[]> {
    const rows = await this.#db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.userId")
      .selectAll("sessions")
      .select("users.name as userName")
      .where("sessions.state", "=", state)
      .orderBy("sessions.startedAt", "desc")
      .orderBy("sessions.id")
      .limit(MAX_SESSIONS)
      .execute();
    return rows.map(({ endedAt, endReason, ...row }) => ({
      ...row,
      endedAt: endedAt ?? undefined,
      endReason: endReason ?? undefined,
    }));
  }

  async listConnections(sessionIds: readonly string[]): Promise<readonly Connection[]> {
    if (sessionIds.length === 0) return [];
    return this.#readConnections({ sessionIds });
  }

  async findConnection(connectionId: string): Promise<Connection | undefined> {
    return (await this.#readConnections({ connectionId }))[0];
  }

  async #readConnections(only: ConnectionFilter): Promise<readonly Connection[]> {
    const rows = await this.#db
      .selectFrom("connections")
      .innerJoin("sessions", "sessions.id", "connections.sessionId")
      .selectAll("connections")
      .select("sessions.userId")
      .$if(only.sessionIds !== undefined, (q) =>
        q.where("connections.sessionId", "in", only.sessionIds ?? []),
      )
      .$if(only.connectionId !== undefined, (q) => q.where("connections.id", "=", only.connectionId ?? ""))
      .orderBy("connections.createdAt", "desc")
      .execute();
    return rows.map(({ signInId: _signInId, detail: _detail, ...row }) => ({
      ...row,
      viewerAddress: row.viewerAddress ?? undefined,
      openedAt: row.openedAt ?? undefined,
      endedAt: row.endedAt ?? undefined,
      endReason: row.endReason ?? undefined,
    }));
  }
}

interface ConnectionFilter {
  readonly sessionIds?: readonly string[];
  readonly connectionId?: string;
}
