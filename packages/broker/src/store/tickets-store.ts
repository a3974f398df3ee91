/** Tickets redeemed in the database. They are made with their connections, in `desktops-store.ts`. */
import type { TicketRefusal } from "@deskgate/contract";
import type { ClaimedConnection, TicketStore } from "../features/desktops/ports.ts";
import { readPolicies } from "./choosing-rules.ts";
import { CLAIMED_PROTOCOL_COLUMNS, claimedOf } from "./claimed-connection.ts";
import type { Database, Queries } from "./database.ts";

export class TicketsStore implements TicketStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  redeem({ ticketHash, gatewayId, at }: Parameters<TicketStore["redeem"]>[0]) {
    return this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("tickets")
        .set({ usedAt: at })
        .where("hash", "=", ticketHash)
        .where("usedAt", "is", null)
        .where("revokedAt", "is", null)
        .where("expiresAt", ">", at)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return { refused: await refusalOf(trx, ticketHash) };
      const connection = await readConnection(trx, ticketHash);
      // The machine or its protocol went away after the ticket was made.
      if (!connection) return { refused: "ticket_revoked" as const };
      const { connectionId } = connection;
      await trx.updateTable("connections").set({ gatewayId }).where("id", "=", connectionId).execute();
      return connection;
    });
  }
}

async function refusalOf(trx: Queries, ticketHash: string): Promise<TicketRefusal> {
  const row = await trx.selectFrom("tickets").selectAll().where("hash", "=", ticketHash).executeTakeFirst();
  if (!row) return "ticket_unknown";
  if (row.revokedAt !== null) return "ticket_revoked";
  return row.usedAt === null ? "ticket_expired" : "ticket_used";
}

async function readConnection(trx: Queries, ticketHash: string): Promise<ClaimedConnection | undefined> {
  const row = await trx
    .selectFrom("tickets")
    .innerJoin("connections", "connections.id", "tickets.connectionId")
    .innerJoin("sessions", "sessions.id", "connections.sessionId")
    .innerJoin("machines", "machines.id", "sessions.machineId")
    .innerJoin("pools", "pools.id", "sessions.poolId")
    .innerJoin("machineProtocols", (join) =>
      join
        .onRef("machineProtocols.machineId", "=", "machines.id")
        .onRef("machineProtocols.protocol", "=", "connections.protocol"),
    )
    .select(["connections.id as connectionId", "sessions.id as sessionId", "sessions.userId"])
    .select(["machines.id as machineId", "machines.host", "machines.isDeclaredLocal"])
    .select(CLAIMED_PROTOCOL_COLUMNS)
    .select("pools.id as poolId")
    .where("tickets.hash", "=", ticketHash)
    .where("connections.state", "=", "reserved")
    .executeTakeFirst();
  if (!row) return undefined;
  const { poolId, ...claimed } = row;
  const policies = await readPolicies(trx, { userId: row.userId, poolIds: [poolId] });
  const policy = policies.get(poolId)?.connection;
  return policy && claimedOf(claimed, policy);
}
