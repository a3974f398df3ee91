/** Machines, their protocols, the pools that hand them out, and entitlements. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createMachines(db);
  await createPools(db);
  await createEntitlements(db);
}

async function createMachines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("machines")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text", (c) => c.notNull())
    .addColumn("host", "text", (c) => c.notNull())
    .addColumn("is_declared_local", "integer", (c) => c.notNull())
    .addColumn("built_in", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("machines_key", ["id"])
    .addUniqueConstraint("machines_name_unique", ["name"])
    .addUniqueConstraint("machines_built_in_unique", ["built_in"])
    .addCheckConstraint("machines_declared_claim", sql`is_declared_local in (0, 1)`)
    .execute();
  await db.schema
    .createTable("machine_protocols")
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("protocol", "text", (c) => c.notNull())
    .addColumn("port", "integer", (c) => c.notNull())
    .addColumn("sealed_password", "text")
    .addPrimaryKeyConstraint("machine_protocols_key", ["machine_id", "protocol"])
    .addForeignKeyConstraint("machine_protocols_machine", ["machine_id"], "machines", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addCheckConstraint("machine_protocols_port_range", sql`port between 1 and 65535`)
    .execute();
}

async function createPools(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("pools")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("pools_key", ["id"])
    .addUniqueConstraint("pools_name_unique", ["name"])
    .addCheckConstraint("pools_kind_known", sql`kind in ('machine')`)
    .execute();
  await db.schema
    .createTable("pool_members")
    .addColumn("pool_id", "text", (c) => c.notNull())
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("pool_members_key", ["pool_id", "machine_id"])
    .addForeignKeyConstraint("pool_members_pool", ["pool_id"], "pools", ["id"], (c) => c.onDelete("cascade"))
    .addForeignKeyConstraint("pool_members_machine", ["machine_id"], "machines", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema.createIndex("pool_members_by_machine").on("pool_members").column("machine_id").execute();
}

async function createEntitlements(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("entitlements")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("pool_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text")
    .addColumn("group_id", "text")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("entitlements_key", ["id"])
    // Null differs from null in both dialects, so each pair is unique among its own kind.
    .addUniqueConstraint("entitlements_user_unique", ["pool_id", "user_id"])
    .addUniqueConstraint("entitlements_group_unique", ["pool_id", "group_id"])
    .addForeignKeyConstraint("entitlements_pool", ["pool_id"], "pools", ["id"], (c) => c.onDelete("cascade"))
    .addForeignKeyConstraint("entitlements_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .addForeignKeyConstraint("entitlements_group", ["group_id"], "groups", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addCheckConstraint("entitlements_one_holder", sql`(user_id is null) <> (group_id is null)`)
    .execute();
  await db.schema.createIndex("entitlements_by_user").on("entitlements").column("user_id").execute();
  await db.schema.createIndex("entitlements_by_group").on("entitlements").column("group_id").execute();
}
