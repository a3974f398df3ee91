/** Gateways that have joined, and the one-time codes by which they do. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("gateways")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    // Empty for the gateway in the broker's own program.
    .addColumn("public_key", "text", (c) => c.notNull())
    .addColumn("zone", "text", (c) => c.notNull().defaultTo(""))
    .addColumn("last_seen_at", "bigint")
    .addColumn("version", "text", (c) => c.notNull().defaultTo(""))
    .addColumn("added_at", "bigint", (c) => c.notNull())
    .addColumn("removed_at", "bigint")
    .addPrimaryKeyConstraint("gateways_key", ["id"])
    .execute();
  await db.schema
    .createIndex("gateways_one_name")
    .unique()
    .on("gateways")
    .column("name")
    .where(sql.ref("removed_at"), "is", null)
    .execute();
  await db.schema
    .createTable("gateway_codes")
    .addColumn("secret_hash", "text", (c) => c.notNull())
    .addColumn("name", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .addPrimaryKeyConstraint("gateway_codes_key", ["secret_hash"])
    .execute();
}
