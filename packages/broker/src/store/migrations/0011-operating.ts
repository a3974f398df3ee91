/** Waking machines, messages that say when a session ends, and versions of what had none. */
import type { Kysely } from "kysely";

const VERSIONED = ["roles", "zones", "policies"] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  // Somebody wants the machine on; null once a gateway was told.
  await db.schema.alterTable("machines").addColumn("wake_asked_at", "bigint").execute();
  await db.schema.alterTable("machines").addColumn("wake_sent_at", "bigint").execute();
  await db.schema.createIndex("machines_by_wake").on("machines").column("wake_asked_at").execute();
  await db.schema.alterTable("session_messages").addColumn("ends_at", "bigint").execute();
  for (const table of VERSIONED)
    await db.schema
      .alterTable(table)
      .addColumn("version", "integer", (c) => c.notNull().defaultTo(1))
      .execute();
}
