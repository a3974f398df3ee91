/**
 * The audit as a chain. What was recorded before is chained in the order of its time.
 *
 * The old table stays as it is, unread: an older program that still runs can go on writing. A later migration drops it.
 */
import type { Kysely } from "kysely";
import { GENESIS_HASH, hashOf } from "../../features/audit/chain.ts";

interface OldAudit {
  readonly id: string;
  readonly at: number | string;
  readonly actor_user_id: string | null;
  readonly actor_name: string;
  readonly address: string;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly detail: string;
}

interface Schema {
  audit: OldAudit;
  audit_records: Omit<OldAudit, "at"> & {
    readonly at: number;
    readonly sequence: number;
    readonly previous_hash: string;
    readonly hash: string;
    readonly outcome: string;
  };
  audit_head: { readonly id: number; readonly sequence: number; readonly hash: string };
}

export async function up(db: Kysely<Schema>): Promise<void> {
  await createRecords(db);
  await createHead(db);
  await chainOldRows(db);
}

async function createRecords(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("audit_records")
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("previous_hash", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("id", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    // No foreign key: what was done outlives who did it.
    .addColumn("actor_user_id", "text")
    .addColumn("actor_name", "text", (c) => c.notNull())
    .addColumn("address", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("subject_kind", "text", (c) => c.notNull())
    .addColumn("subject_id", "text", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("audit_records_key", ["sequence"])
    .addUniqueConstraint("audit_records_id_unique", ["id"])
    // A record follows one record, and is followed by one.
    .addUniqueConstraint("audit_records_previous_unique", ["previous_hash"])
    .execute();
  const index = (name: string, columns: ("at" | "actor_user_id" | "subject_id" | "action" | "sequence")[]) =>
    db.schema.createIndex(name).on("audit_records").columns(columns).execute();
  await index("audit_records_by_time", ["at"]);
  await index("audit_records_by_actor", ["actor_user_id", "sequence"]);
  await index("audit_records_by_subject", ["subject_id", "sequence"]);
  await index("audit_records_by_action", ["action", "sequence"]);
}

/** One row: the last record's place. Writers lock it. */
async function createHead(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("audit_head")
    .addColumn("id", "integer", (c) => c.notNull())
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("audit_head_key", ["id"])
    .execute();
  await db.insertInto("audit_head").values({ id: 1, sequence: 0, hash: GENESIS_HASH }).execute();
}

async function chainOldRows(db: Kysely<Schema>): Promise<void> {
  const rows = await db.selectFrom("audit").selectAll().orderBy("at").orderBy("id").execute();
  let sequence = 0;
  let previousHash = GENESIS_HASH;
  for (const { actor_user_id, actor_name, subject_kind, subject_id, ...row } of rows) {
    sequence += 1;
    const { id, address, action, detail } = row;
    const at = Number(row.at);
    const outcome = "ok";
    const hash = hashOf({
      ...{ sequence, previousHash, id, at, address, action, outcome, detail },
      ...{
        actorUserId: actor_user_id,
        actorName: actor_name,
        subjectKind: subject_kind,
        subjectId: subject_id,
      },
    });
    const place = { sequence, previous_hash: previousHash, hash, outcome };
    await db
      .insertInto("audit_records")
      .values({ ...row, at, actor_user_id, actor_name, subject_kind, subject_id, ...place })
      .execute();
    previousHash = hash;
  }
  if (0 < sequence) await db.updateTable("audit_head").set({ sequence, hash: previousHash }).execute();
}
