/**
 * Pools of many machines, sessions with states and leases, their stories and messages, what people like and used last,
 * and the curve of sessions.
 */
import { type Kysely, sql } from "kysely";

const EIGHT_HOURS_MS = 28_800_000;

export async function up(db: Kysely<unknown>): Promise<void> {
  await widenPools(db);
  await createAssignments(db);
  await widenSessions(db);
  await moveOpenSessions(db);
  await constrainSessions(db);
  await createStories(db);
  await createPreferences(db);
  await createSamples(db);
}

async function widenPools(db: Kysely<unknown>): Promise<void> {
  const pools = () => db.schema.alterTable("pools");
  await pools().dropConstraint("pools_kind_known").execute();
  await pools()
    .addCheckConstraint("pools_kind_known", sql`kind in ('machine', 'dedicated', 'floating')`)
    .execute();
  await pools()
    .addColumn("description", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  // Null: only the person ends a session.
  await pools()
    .addColumn("release_after_ms", "bigint", (c) => c.defaultTo(EIGHT_HOURS_MS))
    .execute();
  await pools()
    .addColumn("release_on_sign_out", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await pools()
    .addColumn("version", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
}

async function createAssignments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("pool_assignments")
    .addColumn("pool_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("assigned_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("pool_assignments_key", ["pool_id", "user_id"])
    .addUniqueConstraint("pool_assignments_machine_unique", ["pool_id", "machine_id"])
    // Taking a machine out of a pool takes it from whoever had it.
    .addForeignKeyConstraint(
      "pool_assignments_member",
      ["pool_id", "machine_id"],
      "pool_members",
      ["pool_id", "machine_id"],
      (c) => c.onDelete("cascade"),
    )
    .addForeignKeyConstraint("pool_assignments_user", ["user_id"], "users", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema.createIndex("pool_assignments_by_user").on("pool_assignments").column("user_id").execute();
}

async function widenSessions(db: Kysely<unknown>): Promise<void> {
  const sessions = () => db.schema.alterTable("sessions");
  await db.schema.dropIndex("sessions_one_open").execute();
  await sessions().dropConstraint("sessions_state_known").execute();
  await sessions()
    .addColumn("pool_name", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  await sessions()
    .addColumn("state_reason", "text", (c) => c.notNull().defaultTo("gateway_lost"))
    .execute();
  await sessions()
    .addColumn("state_since", "bigint", (c) => c.notNull().defaultTo(0))
    .execute();
  await sessions().addColumn("lease_expires_at", "bigint").execute();
  await sessions()
    .addColumn("is_exclusive", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
}

/** What was `open` has lost its viewers with the program that was replaced, and comes back when one does. */
async function moveOpenSessions(db: Kysely<unknown>): Promise<void> {
  await sql`
    update sessions set
      pool_name = coalesce((select name from pools where pools.id = sessions.pool_id), machine_name),
      state_since = coalesce(ended_at, started_at),
      state_reason = coalesce(end_reason, 'gateway_lost')`.execute(db);
  await sql`
    update sessions set
      state = 'disconnected',
      lease_expires_at = ${sql.lit(EIGHT_HOURS_MS)} + coalesce(
        (select max(coalesce(c.ended_at, c.opened_at, c.created_at)) from connections as c where c.session_id = sessions.id),
        started_at)
    where state = 'open'`.execute(db);
  // A gateway that is still there takes its own up again, and makes the session active.
  await sql`
    update sessions set state = 'active', state_reason = 'viewer_connected', lease_expires_at = started_at
    where state = 'disconnected' and exists (
      select 1 from connections as c where c.session_id = sessions.id and c.state = 'open')`.execute(db);
}

async function constrainSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("sessions")
    .addCheckConstraint(
      "sessions_state_known",
      sql`state in ('preparing', 'ready', 'active', 'disconnected', 'ended')`,
    )
    .execute();
  const live = () => [sql.ref("state"), "!=", sql.lit("ended")] as const;
  await db.schema
    .createIndex("sessions_one_live")
    .unique()
    .on("sessions")
    .columns(["user_id", "pool_id"])
    .where(...live())
    .execute();
  // Of any number of people who ask at once for the last machine, one gets it.
  await db.schema
    .createIndex("sessions_one_on_machine")
    .unique()
    .on("sessions")
    .column("machine_id")
    .where(...live())
    .where(sql.ref("is_exclusive"), "=", sql.lit(1))
    .execute();
  await db.schema
    .createIndex("sessions_live_on_machine")
    .on("sessions")
    .column("machine_id")
    .where(...live())
    .execute();
  await db.schema
    .createIndex("sessions_by_lease")
    .on("sessions")
    .column("lease_expires_at")
    .where(...live())
    .execute();
  await db.schema.createIndex("sessions_by_user").on("sessions").columns(["user_id", "started_at"]).execute();
}

async function createStories(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("session_events")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("session_id", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("event", "text", (c) => c.notNull())
    .addColumn("by_name", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("session_events_key", ["id"])
    .addForeignKeyConstraint("session_events_session", ["session_id"], "sessions", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema
    .createIndex("session_events_by_session")
    .on("session_events")
    .columns(["session_id", "at"])
    .execute();
  await db.schema
    .createTable("session_messages")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("session_id", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("by_name", "text", (c) => c.notNull())
    .addColumn("text", "text", (c) => c.notNull())
    .addColumn("shown_at", "bigint")
    .addPrimaryKeyConstraint("session_messages_key", ["id"])
    .addForeignKeyConstraint("session_messages_session", ["session_id"], "sessions", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema
    .createIndex("session_messages_by_session")
    .on("session_messages")
    .columns(["session_id", "at"])
    .execute();
}

async function createPreferences(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("desktop_preferences")
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("pool_id", "text", (c) => c.notNull())
    .addColumn("is_favourite", "integer", (c) => c.notNull())
    .addColumn("last_protocol", "text")
    .addPrimaryKeyConstraint("desktop_preferences_key", ["user_id", "pool_id"])
    .addForeignKeyConstraint("desktop_preferences_user", ["user_id"], "users", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addForeignKeyConstraint("desktop_preferences_pool", ["pool_id"], "pools", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
}

async function createSamples(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("session_samples")
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("live", "integer", (c) => c.notNull())
    .addPrimaryKeyConstraint("session_samples_key", ["at"])
    .execute();
}
