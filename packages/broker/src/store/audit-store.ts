/** The audit in the database. */
import type { AuditEntry, AuditStore } from "../features/audit/ports.ts";
import type { Database } from "./database.ts";

export class AuditsStore implements AuditStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async append({ actorUserId, detail, ...entry }: AuditEntry): Promise<void> {
    const row = { ...entry, actorUserId: actorUserId ?? null, detail: JSON.stringify(detail) };
    await this.#db.insertInto("audit").values(row).execute();
  }

  async list(limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#db
      .selectFrom("audit")
      .selectAll()
      .orderBy("at", "desc")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(({ actorUserId, detail, ...row }) => ({
      ...row,
      actorUserId: actorUserId ?? undefined,
      detail: JSON.parse(detail) as Record<string, unknown>, // written above from such an object
    }));
  }
}
