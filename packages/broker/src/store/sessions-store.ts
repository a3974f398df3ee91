/** Sessions and connections in the database, for reading. */
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { Connection, Session } from "../domain/session.ts";
import type { SessionFilter, SessionSort, SessionStore } from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";

const SESSION_LIST: ListShape<SessionSort> = {
  id: "sessions.id",
  sorts: {
    startedAt: { column: "sessions.startedAt", as: "number" },
    userName: { column: "users.name", as: "text" },
    machineName: { column: "sessions.machineName", as: "text" },
  },
  searched: ["users.name", "users.displayName", "sessions.machineName"],
};

export class SessionsStore implements SessionStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async listSessions(request: PageRequest<SessionSort>, filter: SessionFilter): Promise<Page<Session>> {
    const { state, userId, poolId, machineId, from, to } = filter;
    const rows = this.#db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.userId")
      .selectAll("sessions")
      .select("users.name as userName")
      .where("sessions.state", "=", state)
      .$if(userId !== undefined, (query) => query.where("sessions.userId", "=", userId ?? ""))
      .$if(poolId !== undefined, (query) => query.where("sessions.poolId", "=", poolId ?? ""))
      .$if(machineId !== undefined, (query) => query.where("sessions.machineId", "=", machineId ?? ""))
      .$if(to !== undefined, (query) => query.where("sessions.startedAt", "<", to ?? 0))
      .$if(from !== undefined, (query) =>
        query.where((eb) =>
          eb.or([eb("sessions.endedAt", "is", null), eb("sessions.endedAt", ">=", from ?? 0)]),
        ),
      );
    return mapPage(await readPage(rows, SESSION_LIST, request), ({ endedAt, endReason, ...row }) => ({
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
