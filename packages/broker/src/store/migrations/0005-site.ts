/** Roles, groups inside groups, zones, what else is known of machines, policies, and when and from where an entitlement counts. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await createRoles(db);
  await nestGroups(db);
  await widenMachines(db);
  await createPolicies(db);
}

async function createRoles(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("roles")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("permissions", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("roles_key", ["id"])
    .addUniqueConstraint("roles_name_unique", ["name"])
    .execute();
  // Beside `role`, whose check keeps to administrators and users: SQLite changes a check only by making the table anew,
  // which would take along every row that refers to a user.
  await db.schema.alterTable("users").addColumn("role_id", "text").execute();
  await db.schema.createIndex("users_by_role").on("users").column("role_id").execute();
}

async function nestGroups(db: Kysely<unknown>): Promise<void> {
  for (const name of ["group_nesting", "group_closure"]) {
    await db.schema
      .createTable(name)
      .addColumn("group_id", "text", (c) => c.notNull())
      .addColumn("member_group_id", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint(`${name}_key`, ["group_id", "member_group_id"])
      .addForeignKeyConstraint(`${name}_group`, ["group_id"], "groups", ["id"], (c) => c.onDelete("cascade"))
      .addForeignKeyConstraint(`${name}_member`, ["member_group_id"], "groups", ["id"], (c) =>
        c.onDelete("cascade"),
      )
      .addCheckConstraint(`${name}_not_itself`, sql`group_id <> member_group_id`)
      .execute();
    await db.schema.createIndex(`${name}_by_member`).on(name).column("member_group_id").execute();
  }
  // One row that every change of nesting writes first, so that two of them never cross.
  await db.schema
    .createTable("group_nesting_turn")
    .addColumn("id", "integer", (c) => c.notNull())
    .addColumn("turn", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("group_nesting_turn_key", ["id"])
    .execute();
  await sql`insert into group_nesting_turn (id, turn) values (1, 0)`.execute(db);
}

async function widenMachines(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("zones")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("description", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("zones_key", ["id"])
    .addUniqueConstraint("zones_name_unique", ["name"])
    .execute();
  const machines = () => db.schema.alterTable("machines");
  await machines()
    .addColumn("zone_id", "text", (c) => c.references("zones.id"))
    .execute();
  await machines().addColumn("mac_address", "text").execute();
  await machines()
    .addColumn("is_in_maintenance", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex("machines_by_zone").on("machines").column("zone_id").execute();
  await db.schema
    .createTable("machine_tags")
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("tag", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("machine_tags_key", ["machine_id", "tag"])
    .addForeignKeyConstraint("machine_tags_machine", ["machine_id"], "machines", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .execute();
  await db.schema.createIndex("machine_tags_by_tag").on("machine_tags").column("tag").execute();
  // Written only where the state changes; a machine without row was never probed.
  await db.schema
    .createTable("machine_health")
    .addColumn("machine_id", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("since", "bigint", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("machine_health_key", ["machine_id"])
    .addForeignKeyConstraint("machine_health_machine", ["machine_id"], "machines", ["id"], (c) =>
      c.onDelete("cascade"),
    )
    .addCheckConstraint("machine_health_state_known", sql`state in ('up', 'down')`)
    .execute();
}

async function createPolicies(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("policies")
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("says", "text", (c) => c.notNull())
    .addColumn("created_at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("policies_key", ["id"])
    .addUniqueConstraint("policies_name_unique", ["name"])
    .execute();
  const entitlements = () => db.schema.alterTable("entitlements");
  await entitlements()
    .addColumn("policy_id", "text", (c) => c.references("policies.id"))
    .execute();
  await entitlements()
    .addColumn("windows", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
  await entitlements()
    .addColumn("networks", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
  await db.schema.createIndex("entitlements_by_policy").on("entitlements").column("policy_id").execute();
  // What was in force when the ticket was made: a ticket shown at another gateway stands for the same.
  await db.schema.alterTable("connections").addColumn("policy", "text").execute();
}
