/** Endings in the database, each one transaction. */
import { sql } from "kysely";
import { isOpenAt } from "../domain/time-window.ts";
import type { Ended, Ending, EndingStore } from "../features/sessions/ports.ts";
import type { Database, Queries } from "./database.ts";
import { endConnections, endSessions } from "./end-connections.ts";
import { isEntitled, isHeldBy } from "./entitled.ts";
import { windowsOf } from "./grants.ts";

export class EndingsStore implements EndingStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  endSession(sessionId: string, ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute((trx) => endSessions(trx, [sessionId], ending));
  }

  endSignIn(signInId: string, ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute((trx) => endSignIns(trx, [signInId], ending));
  }

  endSignInsOf(
    { userId, except }: { readonly userId: string; readonly except: string | undefined },
    ending: Ending,
  ): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx.selectFrom("signIns").select("id").where("userId", "=", userId).execute();
      const ids = rows.map(({ id }) => id).filter((id) => id !== except);
      return endSignIns(trx, ids, ending);
    });
  }

  endSessionsWithoutRight(ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      const entitled = isEntitled(sql.ref("sessions.userId"), sql.ref("sessions.poolId"));
      const rows = await trx
        .selectFrom("sessions")
        .innerJoin("users", "users.id", "sessions.userId")
        .select("sessions.id")
        .where("sessions.state", "=", "open")
        .where((eb) => eb.or([eb("users.disabledAt", "is not", null), eb.not(entitled)]))
        .execute();
      return endSessions(
        trx,
        rows.map(({ id }) => id),
        ending,
      );
    });
  }

  endSessionsOutsideWindows(ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      // Most sites have none, and this is asked every few seconds.
      const limited = trx.selectFrom("entitlements").select("id").where("windows", "!=", "[]").limit(1);
      if (!(await limited.executeTakeFirst())) return { sessions: [], connections: [] };
      const rows = await trx
        .selectFrom("sessions")
        .innerJoin("entitlements as e", "e.poolId", "sessions.poolId")
        .select(["sessions.id", "e.windows"])
        .where("sessions.state", "=", "open")
        .where(isHeldBy(sql.ref("sessions.userId")))
        .execute();
      const bySession = Map.groupBy(rows, ({ id }) => id);
      const closed = [...bySession].filter(
        ([, grants]) => !grants.some(({ windows }) => isOpenAt(windowsOf(windows), ending.at)),
      );
      return endSessions(
        trx,
        closed.map(([id]) => id),
        ending,
      );
    });
  }

  endConnections(connectionIds: readonly string[], ending: Ending): Promise<Ended> {
    if (connectionIds.length === 0) return Promise.resolve({ sessions: [], connections: [] });
    return this.#db.transaction().execute(async (trx) => ({
      sessions: [],
      connections: await endConnections(trx, connectionIds, ending),
    }));
  }

  endNeverOpened(createdBefore: number, ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom("connections")
        .select("id")
        .where("state", "=", "reserved")
        .where("createdAt", "<", createdBefore)
        .execute();
      const ids = rows.map(({ id }) => id);
      return { sessions: [], connections: await endConnections(trx, ids, ending) };
    });
  }

  releaseSessions(idleSince: number, ending: Ending): Promise<Ended> {
    return this.#db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom("sessions")
        .select("id")
        .where("state", "=", "open")
        .where("startedAt", "<", idleSince)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("connections")
                .select("connections.id")
                .whereRef("connections.sessionId", "=", "sessions.id")
                .where((eb) =>
                  eb.or([eb("state", "!=", "ended"), eb("connections.endedAt", ">=", idleSince)]),
                ),
            ),
          ),
        )
        .execute();
      return endSessions(
        trx,
        rows.map(({ id }) => id),
        ending,
      );
    });
  }
}

async function endSignIns(trx: Queries, signInIds: readonly string[], ending: Ending): Promise<Ended> {
  if (signInIds.length === 0) return { sessions: [], connections: [] };
  const live = await trx
    .selectFrom("connections")
    .select("id")
    .where("signInId", "in", signInIds)
    .where("state", "!=", "ended")
    .execute();
  const ids = live.map(({ id }) => id);
  const connections = await endConnections(trx, ids, ending);
  await trx.deleteFrom("signIns").where("id", "in", signInIds).execute();
  return { sessions: [], connections };
}
