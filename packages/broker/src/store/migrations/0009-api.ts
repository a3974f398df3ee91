/** What the API's mechanics keep: versions of resources, idempotency keys, API tokens, settings. */
import type { Kysely } from "kysely";

const VERSIONED = ["users", "groups", "machines", "pools", "entitlements"] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  const tables = await db.introspection.getTables();
  for (const table of VERSIONED) {
    // Pools may have got theirs with what else was made of them.
    const columns = tables.find(({ name }) => name === table)?.columns ?? [];
    if (columns.some(({ name }) => name === "version")) continue;
    await db.schema
      .alterTable(table)
      .addColumn("version", "integer", (c) => c.notNull().defaultTo(1))
      .execute();
  }
  await createIdempotencyKeys(db);
  await createApiTokens(db);
  await createSettings(db);
}

async function createIdempotencyKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("idempotency_keys")
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("key", "text", (c) => c.notNull())
    .addColumn("request_hash", "text", (c) => c.notNull())
    // Null while the request is being worked on; sealed, because a reply may show a secret once.
    .addColumn("sealed_reply", "text")
    .addColumn("claimed_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("idempotency_keys_key", ["user_id", "key"])
    .addForeignKeyConstraint("idempotency_keys_user", ["user_id"], "users", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema
    .createIndex("idempotency_keys_by_time")
    .on("idempotency_keys")
    .column("claimed_at")
    .execute();
}

async function createSettings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("settings")
    .addColumn("name", "text", (c) => c.notNull())
    // JSON.
    .addColumn("value", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("settings_key", ["name"])
    .execute();
}

async function createApiTokens(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("api_tokens")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("token_hash", "text", (c) => c.notNull())
    // JSON.
    .addColumn("scopes", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addColumn("expires_at", "bigint", (c) => c.notNull())
    .addColumn("last_used_at", "bigint")
    .addColumn("last_used_address", "text")
    .addPrimaryKeyConstraint("api_tokens_key", ["id"])
    .addUniqueConstraint("api_tokens_hash_unique", ["token_hash"])
    .addUniqueConstraint("api_tokens_name_unique", ["user_id", "name"])
    .addForeignKeyConstraint("api_tokens_user", ["user_id"], "users", ["id"], (c) => c.onDelete("cascade"))
    .execute();
}
