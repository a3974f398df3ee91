/** Credentials beyond a password, certificates and host keys that machines have shown, policies of pools, and the audit. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await widenMachines(db);
  await createIdentities(db);
  await createAudit(db);
}

async function widenMachines(db: Kysely<unknown>): Promise<void> {
  const protocols = () => db.schema.alterTable("machine_protocols");
  await protocols()
    .addColumn("credential_mode", "text", (c) => c.notNull().defaultTo("none"))
    .execute();
  await protocols()
    .addColumn("username", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  await protocols()
    .addColumn("domain", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  await protocols().addColumn("sealed_private_key", "text").execute();
  await protocols().addColumn("sealed_passphrase", "text").execute();
  await sql`update machine_protocols set credential_mode = 'stored' where sealed_password is not null`.execute(
    db,
  );
  await db.schema
    .alterTable("machines")
    .addColumn("trust", "text", (c) => c.notNull().defaultTo("first-use"))
    .execute();
  await db.schema.alterTable("pools").addColumn("policy", "text").execute();
}

async function createIdentities(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("machine_identities")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("protocol", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("fingerprint", "text", (c) => c.notNull())
    .addColumn("description", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("first_seen_at", "bigint", (c) => c.notNull())
    .addColumn("last_seen_at", "bigint", (c) => c.notNull())
    .addColumn("accepted_at", "bigint")
    .addColumn("accepted_by", "text")
    .addPrimaryKeyConstraint("machine_identities_key", ["id"])
    .addUniqueConstraint("machine_identities_unique", ["machine_id", "protocol", "fingerprint"])
    .addForeignKeyConstraint("machine_identities_machine", ["machine_id"], "machines", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addCheckConstraint("machine_identities_state_known", sql`state in ('accepted', 'refused')`)
    .execute();
  // Of two first uses at once, one is first.
  await db.schema
    .createIndex("machine_identities_one_accepted")
    .unique()
    .on("machine_identities")
    .columns(["machine_id", "protocol"])
    .where(sql.ref("state"), "=", sql.lit("accepted"))
    .execute();
}

async function createAudit(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    // No foreign key: what was done outlives who did it.
    .addColumn("actor_user_id", "text")
    .addColumn("actor_name", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("subject_kind", "text", (c) => c.notNull())
    .addColumn("subject_id", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("audit_key", ["id"])
    .execute();
  await db.schema.createIndex("audit_by_time").on("audit").column("at").execute();
}
