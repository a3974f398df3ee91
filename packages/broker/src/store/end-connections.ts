/** The statements that end connections and sessions and burn their tickets, for the stores that need them. */
import type { Ended, Ending } from "../features/sessions/ports.ts";
import type { Queries } from "./database.ts";
import { settleSessions, writeStory } from "./session-transitions.ts";

// LIMIT: ids of one statement; databases limit the placeholders of a statement.
const IDS_PER_STATEMENT = 500;

export const NOTHING_ENDED: Ended = { sessions: [], connections: [] };

/** Live ones among `connectionIds`, and the sessions that cannot be without them. Call it inside a transaction. */
export async function endConnections(
  trx: Queries,
  connectionIds: readonly string[],
  ending: Ending,
): Promise<Ended> {
  const connections: EndedConnection[] = [];
  for (const ids of inPieces(connectionIds)) connections.push(...(await endConnectionRows(trx, ids, ending)));
  const sessionIds = connections.map(({ sessionId }) => sessionId);
  const endedIds = await settleSessions(trx, sessionIds, ending);
  const sessions: Ended["sessions"][number][] = [];
  for (const ids of inPieces(endedIds))
    sessions.push(
      ...(await trx
        .selectFrom("sessions")
        .select(["id as sessionId", "userId"])
        .where("id", "in", ids)
        .execute()),
    );
  return { sessions, connections: connections.map(withoutSession) };
}

/** Live ones among `sessionIds`, with all their connections. Call it inside a transaction. */
export async function endSessions(
  trx: Queries,
  sessionIds: readonly string[],
  ending: Ending,
): Promise<Ended> {
  const sessions: Ended["sessions"][number][] = [];
  const connections: Ended["connections"][number][] = [];
  for (const ids of inPieces(sessionIds)) {
    // In every live state the event `end` leads to `ended`, so that many sessions can take the step at once.
    const rows = await trx
      .updateTable("sessions")
      .set({
        ...{ state: "ended", stateReason: ending.reason, stateSince: ending.at, leaseExpiresAt: null },
        ...{ endedAt: ending.at, endReason: ending.reason },
      })
      .where("id", "in", ids)
      .where("state", "!=", "ended")
      .returning(["id as sessionId", "userId"])
      .execute();
    sessions.push(...rows);
    const live = trx.selectFrom("connections").select("id").where("sessionId", "in", ids);
    const found = await live.where("state", "!=", "ended").execute();
    for (const connectionIds of inPieces(found.map(({ id }) => id)))
      connections.push(...(await endConnectionRows(trx, connectionIds, ending)).map(withoutSession));
    const detail = ending.detail === "" ? ending.reason : `${ending.reason}: ${ending.detail}`;
    const by = ending.by === undefined ? {} : { by: ending.by };
    await writeStory(
      trx,
      rows.map(({ sessionId }) => ({ sessionId, at: ending.at, event: "ended", detail, ...by })),
    );
  }
  return { sessions, connections };
}

type EndedConnection = Ended["connections"][number] & { readonly sessionId: string };

/** The rows alone; what had ended stays as it was. */
async function endConnectionRows(
  trx: Queries,
  ids: readonly string[],
  ending: Ending,
): Promise<readonly EndedConnection[]> {
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
    .returning(["id as connectionId", "gatewayId", "sessionId"])
    .execute();
  const detail = ending.detail === "" ? ending.reason : `${ending.reason}: ${ending.detail}`;
  await writeStory(
    trx,
    rows.map(({ sessionId }) => ({ sessionId, at: ending.at, event: "viewer_gone", detail })),
  );
  return rows;
}

function withoutSession({ connectionId, gatewayId }: EndedConnection): Ended["connections"][number] {
  return { connectionId, gatewayId };
}

export function* inPieces<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let begin = 0; begin < items.length; begin += IDS_PER_STATEMENT)
    yield items.slice(begin, begin + IDS_PER_STATEMENT);
}
