/** Endings in the database, each one transaction. */
import { type RawBuilder, type SqlBool, sql } from "kysely";
import type { Faults } from "../domain/faults.ts";
import { findClosing, isOpenAt } from "../domain/time-window.ts";
import type { ClosingSession, Ended, Ending, EndingStore, Lapsed } from "../features/sessions/ports.ts";
import type { Database, Queries } from "./database.ts";
import { endConnections, endSessions, NOTHING_ENDED } from "./end-connections.ts";
import { isEntitled, isHeldBy } from "./entitled.ts";
import { windowsOf } from "./grants.ts";
import { applyToSession } from "./session-transitions.ts";

export class EndingsStore implements EndingStore {
  readonly #db: Database;
  readonly #faults: Faults;

  constructor(db: Database, faults: Faults) {
    this.#db = db;
    this.#faults = faults;
  }

  /** One transaction, and the point just before it is done, where it did anything. */
  #inOne<Result extends Ended>(work: (trx: Queries) => Promise<Result>): Promise<Result> {
    return this.#db.transaction().execute(async (trx) => {
      const result = await work(trx);
      if (result.sessions.length + result.connections.length > 0)
        await this.#faults.reach("ending:before-commit");
      return result;
    });
  }

  endSession(sessionId: string, ending: Ending): Promise<Ended> {
    return this.#inOne((trx) => endSessions(trx, [sessionId], ending));
  }

  endSignIn(signInId: string, ending: Ending): Promise<Ended> {
    return this.#inOne((trx) => endSignIns(trx, [signInId], ending));
  }

  endSignInsOf(
    { userId, except }: { readonly userId: string; readonly except: string | undefined },
    ending: Ending,
  ): Promise<Ended> {
    return this.#inOne(async (trx) => {
      const rows = await trx.selectFrom("signIns").select("id").where("userId", "=", userId).execute();
      const ids = rows.map(({ id }) => id).filter((id) => id !== except);
      return endSignIns(trx, ids, ending);
    });
  }

  endSessionsWithoutRight(ending: Ending): Promise<Ended> {
    return this.#inOne(async (trx) => {
      const entitled = isEntitled(sql.ref("sessions.userId"), sql.ref("sessions.poolId"));
      const rows = await trx
        .selectFrom("sessions")
        .innerJoin("users", "users.id", "sessions.userId")
        .select("sessions.id")
        .where("sessions.state", "!=", "ended")
        .where((eb) =>
          eb.or([eb("users.disabledAt", "is not", null), eb.not(entitled), eb.not(isHandedOut())]),
        )
        .execute();
      return endSessions(
        trx,
        rows.map(({ id }) => id),
        ending,
      );
    });
  }

  endSessionsOutsideWindows(ending: Ending): Promise<Ended> {
    return this.#inOne(async (trx) => {
      const bySession = await readWindows(trx);
      const closed = [...bySession].filter(
        ([, sets]) => !sets.some((windows) => isOpenAt(windowsOf(windows), ending.at)),
      );
      return endSessions(
        trx,
        closed.map(([id]) => id),
        ending,
      );
    });
  }

  async listClosing(at: number, horizonMs: number): Promise<readonly ClosingSession[]> {
    const known = new Map<string, number | undefined>();
    const closing: ClosingSession[] = [];
    for (const [sessionId, sets] of await readWindows(this.#db)) {
      // Many sessions rest on the same few windows, and time zones take long to reckon with.
      const key = [...new Set(sets)].sort().join();
      if (!known.has(key)) known.set(key, findClosing(sets.map(windowsOf), at, horizonMs));
      const closesAt = known.get(key);
      if (closesAt !== undefined) closing.push({ sessionId, closesAt });
    }
    return closing;
  }

  endConnections(connectionIds: readonly string[], ending: Ending): Promise<Ended> {
    if (connectionIds.length === 0) return Promise.resolve(NOTHING_ENDED);
    return this.#inOne((trx) => endConnections(trx, connectionIds, ending));
  }

  endOtherConnections(
    { sessionId, protocol, except }: Parameters<EndingStore["endOtherConnections"]>[0],
    ending: Ending,
  ): Promise<Ended> {
    return this.#inOne(async (trx) => {
      const rows = await trx
        .selectFrom("connections")
        .select("id")
        .where("sessionId", "=", sessionId)
        .where("protocol", "=", protocol)
        .where("id", "!=", except)
        .where("state", "!=", "ended")
        .execute();
      const ids = rows.map(({ id }) => id);
      return endConnections(trx, ids, ending);
    });
  }

  async hasNeverOpened(createdBefore: number): Promise<boolean> {
    return (await neverOpened(this.#db, createdBefore).limit(1).executeTakeFirst()) !== undefined;
  }

  endNeverOpened(createdBefore: number, ending: Ending): Promise<Ended> {
    return this.#inOne(async (trx) => {
      const rows = await neverOpened(trx, createdBefore).execute();
      const ids = rows.map(({ id }) => id);
      return endConnections(trx, ids, ending);
    });
  }

  async listLapsing(at: number, mayJudgeActive: boolean): Promise<readonly string[]> {
    const due = this.#db
      .selectFrom("sessions")
      .select("id")
      .where("state", "!=", "ended")
      .where("leaseExpiresAt", "<", at)
      .$if(!mayJudgeActive, (query) => query.where("state", "!=", "active"));
    const rows = await due.execute();
    return rows.map(({ id }) => id);
  }

  lapse(sessionId: string, at: number): Promise<Lapsed> {
    return this.#inOne((trx) => lapseOne(trx, sessionId, at));
  }
}

/** Of every live session, the windows of each entitlement that it could rest on. Empty where no entitlement has any. */
async function readWindows(db: Queries): Promise<ReadonlyMap<string, readonly string[]>> {
  // Most sites have none, and this is asked every few seconds.
  const limited = db.selectFrom("entitlements").select("id").where("windows", "!=", "[]").limit(1);
  if (!(await limited.executeTakeFirst())) return new Map();
  const rows = await db
    .selectFrom("sessions")
    .innerJoin("entitlements as e", "e.poolId", "sessions.poolId")
    .select(["sessions.id", "e.windows"])
    .where("sessions.state", "!=", "ended")
    .where(isHeldBy(sql.ref("sessions.userId")))
    .execute();
  const bySession = Map.groupBy(rows, ({ id }) => id);
  return new Map([...bySession].map(([id, grants]) => [id, grants.map(({ windows }) => windows)]));
}

function neverOpened(db: Queries, createdBefore: number) {
  return db
    .selectFrom("connections")
    .select("id")
    .where("state", "=", "reserved")
    .where("createdAt", "<", createdBefore);
}

const NOTHING_LAPSED: Lapsed = { ...NOTHING_ENDED, reason: "released" };

/** The lease is looked at again: a viewer may have come back meanwhile. */
async function lapseOne(trx: Queries, sessionId: string, at: number): Promise<Lapsed> {
  const row = await trx
    .selectFrom("sessions")
    .select(["leaseExpiresAt", "userId"])
    .where("id", "=", sessionId)
    .executeTakeFirst();
  if (!row || row.leaseExpiresAt === null || at <= row.leaseExpiresAt) return NOTHING_LAPSED;
  const event = { type: "lease-expired" } as const;
  const status = await applyToSession(trx, { sessionId, event, at });
  if (status?.state !== "ended" && status?.state !== "disconnected") return NOTHING_LAPSED;
  const live = await trx
    .selectFrom("connections")
    .select("id")
    .where("sessionId", "=", sessionId)
    .where("state", "!=", "ended")
    .execute();
  const ids = live.map(({ id }) => id);
  const ending = { at, reason: status.reason, detail: "the session's lease ran out" };
  const { connections } = await endConnections(trx, ids, ending);
  const sessions = status.state === "ended" ? [{ sessionId, userId: row.userId }] : [];
  return { reason: status.reason, sessions, connections };
}

/** The session's machine is in its pool, and in a dedicated one it is the person's. */
function isHandedOut(): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from pool_members as pm join pools as p on p.id = pm.pool_id
    where pm.pool_id = sessions.pool_id and pm.machine_id = sessions.machine_id
      and (p.kind <> 'dedicated' or exists (
        select 1 from pool_assignments as a
        where a.pool_id = pm.pool_id and a.machine_id = pm.machine_id and a.user_id = sessions.user_id))
  )`;
}

async function endSignIns(trx: Queries, signInIds: readonly string[], ending: Ending): Promise<Ended> {
  if (signInIds.length === 0) return NOTHING_ENDED;
  const used = await trx
    .selectFrom("connections")
    .select(["id", "state", "sessionId"])
    .where("signInId", "in", signInIds)
    .execute();
  const live = used.filter(({ state }) => state !== "ended").map(({ id }) => id);
  const ended = await endConnections(trx, live, ending);
  const released = await endReleasedAtSignOut(trx, [...new Set(used.map((row) => row.sessionId))], ending);
  await trx.deleteFrom("signIns").where("id", "in", signInIds).execute();
  return {
    sessions: [...ended.sessions, ...released.sessions],
    connections: [...ended.connections, ...released.connections],
  };
}

async function endReleasedAtSignOut(
  trx: Queries,
  sessionIds: readonly string[],
  ending: Ending,
): Promise<Ended> {
  if (sessionIds.length === 0) return NOTHING_ENDED;
  const rows = await trx
    .selectFrom("sessions")
    .innerJoin("pools", "pools.id", "sessions.poolId")
    .select("sessions.id")
    .where("sessions.id", "in", sessionIds)
    .where("sessions.state", "!=", "ended")
    .where("pools.releaseOnSignOut", "=", 1)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("connections")
            .select("connections.id")
            .whereRef("connections.sessionId", "=", "sessions.id")
            .where("connections.state", "!=", "ended"),
        ),
      ),
    )
    .execute();
  return endSessions(
    trx,
    rows.map(({ id }) => id),
    ending,
  );
}
