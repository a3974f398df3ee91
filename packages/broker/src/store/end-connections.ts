/** The statements that end connections and sessions and burn their tickets, for the stores that need them. */
import type { Ended, Ending } from "../features/sessions/ports.ts";
import type { Queries } from "./database.ts";

// LIMIT: ids of one statement; databases limit the placeholders of a statement.
const IDS_PER_STATEMENT = 500;

/** Live ones among `connectionIds`; what has ended stays as it was. Call it inside a transaction. */
export async function endConnections(
  trx: Queries,
  connectionIds: readonly string[],
  ending: Ending,
): Promise<Ended["connections"]> {
  const ended: Ended["connections"][number][] = [];
  for (let begin = 0; begin < connectionIds.length; begin += IDS_PER_STATEMENT) {
    const ids = connectionIds.slice(begin, begin + IDS_PER_STATEMENT);
    await trx
      .updateTable("tickets")
      .set({ revokedAt: ending.at })
      .where("connectionId", "in", ids)
      .where("revokedAt", "is", null)
      .execute();
    const rows = await trx
      .updateTable("connections")
      .set({ state: "ended", endedAt: ending.at, endReason: ending.reason, detail: ending.detail })
      .where("id", "in", ids)
      .where("state", "!=", "ended")
      .returning(["id as connectionId", "gatewayId"])
      .execute();
    ended.push(...rows);
  }
  return ended;
}

/** Open ones among `sessionIds`, with all their connections. Call it inside a transaction. */
export async function endSessions(
  trx: Queries,
  sessionIds: readonly string[],
  ending: Ending,
): Promise<Ended> {
  const sessions: Ended["sessions"][number][] = [];
  const connections: Ended["connections"][number][] = [];
  for (let begin = 0; begin < sessionIds.length; begin += IDS_PER_STATEMENT) {
    const ids = sessionIds.slice(begin, begin + IDS_PER_STATEMENT);
    const rows = await trx
      .updateTable("sessions")
      .set({ state: "ended", endedAt: ending.at, endReason: ending.reason })
      .where("id", "in", ids)
      .where("state", "=", "open")
      .returning(["id as sessionId", "userId"])
      .execute();
    sessions.push(...rows);
    const live = trx.selectFrom("connections").select("id").where("sessionId", "in", ids);
    const found = await live.where("state", "!=", "ended").execute();
    connections.push(
      ...(await endConnections(
        trx,
        found.map(({ id }) => id),
        ending,
      )),
    );
  }
  return { sessions, connections };
}
