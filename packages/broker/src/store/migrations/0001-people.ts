/** Users, groups, sign-ins and what slows guessing down. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createPeople(db);
  await createSignIns(db);
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("users")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("display_name", "text", (c) => c.notNull())
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("password_hash", "text")
    .addColumn("disabled_at", "bigint")
    .addColumn("last_sign_in_at", "bigint")
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("users_key", ["id"])
    .addUniqueConstraint("users_name_unique", ["name"])
    .addCheckConstraint("users_role_known", sql`role in ('administrator', 'user')`)
    .execute();
  await db.schema
    .createTable("groups")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("groups_key", ["id"])
    .addUniqueConstraint("groups_name_unique", ["name"])
    .execute();
  await db.schema
    .createTable("group_members")
    .addColumn("group_id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("group_members_key", ["group_id", "user_id"])
    .addForeignKeyConstraint("group_members_group", ["group_id"], "groups", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addForeignKeyConstraint("group_members_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .execute();
  await db.schema.createIndex("group_members_by_user").on("group_members").column("user_id").execute();
}

async function createSignIns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("sign_ins")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("token_hash", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("last_seen_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("user_agent", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("sign_ins_key", ["id"])
    .addUniqueConstraint("sign_ins_token_unique", ["token_hash"])
    .addForeignKeyConstraint("sign_ins_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .execute();
  await db.schema.createIndex("sign_ins_by_user").on("sign_ins").column("user_id").execute();
  await db.schema
    .createTable("sign_in_links")
    .addColumn("secret_hash", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("used_at", "bigint")
    .addPrimaryKeyConstraint("sign_in_links_key", ["secret_hash"])
    .addForeignKeyConstraint("sign_in_links_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .execute();
  await db.schema
    .createTable("throttles")
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("failures", "integer", (c) => c.notNull())
    .addColumn("last_failure_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("throttles_key", ["key"])
    .execute();
}
