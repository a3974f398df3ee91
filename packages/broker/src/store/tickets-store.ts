/** Tickets redeemed in the database. They are made with their connections, in `desktops-store.ts`. */
import type { TicketRefusal } from "@deskgate/contract";
import type { ClaimedConnection, TicketHolder, TicketStore } from "../features/desktops/ports.ts";
import { CLAIMED_PROTOCOL_COLUMNS, claimedOf } from "./claimed-connection.ts";
import type { Database, Queries } from "./database.ts";
import { effectivePolicyOf } from "./policy-column.ts";

export class TicketsStore implements TicketStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  findHolder(ticketHash: string): Promise<TicketHolder | undefined> {
    return this.#db
      .selectFrom("tickets")
      .innerJoin("connections", "connections.id", "tickets.connectionId")
      .innerJoin("sessions", "sessions.id", "connections.sessionId")
      .innerJoin("users", "users.id", "sessions.userId")
      .select(["users.id as userId", "users.name as userName"])
      .select(["sessions.id as sessionId", "connections.id as connectionId"])
      .where("tickets.hash", "=", ticketHash)
      .executeTakeFirst();
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
    .innerJoin("users", "users.id", "sessions.userId")
    .innerJoin("machines", "machines.id", "sessions.machineId")
    .innerJoin("machineProtocols", (join) =>
      join
        .onRef("machineProtocols.machineId", "=", "machines.id")
        .onRef("machineProtocols.protocol", "=", "connections.protocol"),
    )
    .select(["connections.id as connectionId", "sessions.id as sessionId", "sessions.userId"])
    .select(["connections.signInId", "users.name as userName"])
    .select(["machines.id as machineId", "machines.host", "machines.isDeclaredLocal"])
    .select(CLAIMED_PROTOCOL_COLUMNS)
    .select("connections.policy")
    .where("tickets.hash", "=", ticketHash)
    .where("connections.state", "=", "reserved")
    .executeTakeFirst();
  // A ticket from before there were policies is older than a ticket lives.
  if (!row || row.policy === null) return undefined;
  return claimedOf({ ...row, policy: effectivePolicyOf(row.policy) });
}
