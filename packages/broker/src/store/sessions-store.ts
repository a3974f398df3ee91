/** Sessions and connections in the database, for reading. */
import { SESSION_EVENTS, type SessionEventName } from "@deskgate/contract";
import type { Selectable } from "kysely";
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { Connection, Session, SessionStoryEvent } from "../domain/session.ts";
import type { SessionFilter, SessionSort, SessionStore } from "../features/sessions/ports.ts";
import type { Database } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";
import type { Tables } from "./tables.ts";

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
    const rows = this.#sessions()
      .where((eb) =>
        state === "live" ? eb("sessions.state", "!=", "ended") : eb("sessions.state", "=", state),
      )
      .$if(userId !== undefined, (query) => query.where("sessions.userId", "=", userId ?? ""))
      .$if(poolId !== undefined, (query) => query.where("sessions.poolId", "=", poolId ?? ""))
      .$if(machineId !== undefined, (query) => query.where("sessions.machineId", "=", machineId ?? ""))
      .$if(to !== undefined, (query) => query.where("sessions.startedAt", "<", to ?? 0))
      .$if(from !== undefined, (query) =>
        query.where((eb) =>
          eb.or([eb("sessions.endedAt", "is", null), eb("sessions.endedAt", ">=", from ?? 0)]),
        ),
      );
    return mapPage(await readPage(rows, SESSION_LIST, request), sessionOf);
  }

  async findSession(sessionId: string): Promise<Session | undefined> {
    const row = await this.#sessions().where("sessions.id", "=", sessionId).executeTakeFirst();
    return row && sessionOf(row);
  }

  async readStory(sessionId: string): Promise<readonly SessionStoryEvent[]> {
    const rows = await this.#db
      .selectFrom("sessionEvents")
      .select(["at", "event", "byName as by", "detail"])
      .where("sessionId", "=", sessionId)
      .execute();
    const order = (event: SessionEventName) => SESSION_EVENTS.indexOf(event);
    return rows.toSorted((a, b) => a.at - b.at || order(a.event) - order(b.event));
  }

  #sessions() {
    return this.#db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.userId")
      .selectAll("sessions")
      .select("users.name as userName");
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

type SessionRow = Selectable<Tables["sessions"]> & { readonly userName: string };

function sessionOf({ endedAt, endReason, leaseExpiresAt, isExclusive, ...row }: SessionRow): Session {
  return {
    ...row,
    isExclusive: isExclusive === 1,
    leaseExpiresAt: leaseExpiresAt ?? undefined,
    endedAt: endedAt ?? undefined,
    endReason: endReason ?? undefined,
  };
}
