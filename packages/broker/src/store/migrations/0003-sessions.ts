/** Sessions, their connections, and the tickets that open them. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createSessions(db);
  await createConnections(db);
  await createTickets(db);
}

async function createSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sessions")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    // No foreign keys to pool and machine: an ended session's story outlives them.
    .addColumn("pool_id", "text", (c) => c.notNull())
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("machine_name", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("started_at", "bigint", (c) => c.notNull())
    .addColumn("ended_at", "bigint")
    .addColumn("end_reason", "text")
    .addPrimaryKeyConstraint("sessions_key", ["id"])
    .addForeignKeyConstraint("sessions_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .addCheckConstraint("sessions_state_known", sql`state in ('open', 'ended')`)
    .addCheckConstraint("sessions_end_whole", sql`(state = 'ended') = (ended_at is not null)`)
    .execute();
  await db.schema
    .createIndex("sessions_one_open")
    .unique()
    .on("sessions")
    .columns(["user_id", "pool_id"])
    .where(sql.ref("state"), "=", sql.lit("open"))
    .execute();
  await db.schema.createIndex("sessions_by_state").on("sessions").columns(["state", "started_at"]).execute();
}

async function createConnections(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("connections")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("session_id", "text", (c) => c.notNull())
    .addColumn("sign_in_id", "text")
    .addColumn("protocol", "text", (c) => c.notNull())
    .addColumn("gateway_id", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("viewer_address", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("opened_at", "bigint")
    .addColumn("ended_at", "bigint")
    .addColumn("end_reason", "text")
    .addColumn("detail", "text", (c) => c.notNull())
    .addColumn("bytes_to_viewer", "bigint", (c) => c.notNull())
    .addColumn("bytes_to_target", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("connections_key", ["id"])
    .addForeignKeyConstraint("connections_session", ["session_id"], "sessions", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addForeignKeyConstraint("connections_sign_in", ["sign_in_id"], "sign_ins", ["id"], (c) =>
      c.onDelete("set null"),
    )
    .addCheckConstraint("connections_state_known", sql`state in ('reserved', 'open', 'ended')`)
    .addCheckConstraint("connections_end_whole", sql`(state = 'ended') = (ended_at is not null)`)
    .execute();
  await db.schema.createIndex("connections_by_session").on("connections").column("session_id").execute();
  await db.schema.createIndex("connections_by_sign_in").on("connections").column("sign_in_id").execute();
  await db.schema
    .createIndex("connections_by_gateway")
    .on("connections")
    .columns(["state", "gateway_id"])
    .execute();
}

async function createTickets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("tickets")
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("connection_id", "text", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .addPrimaryKeyConstraint("tickets_key", ["hash"])
    .addForeignKeyConstraint("tickets_connection", ["connection_id"], "connections", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema.createIndex("tickets_by_connection").on("tickets").column("connection_id").execute();
}
