/** Groups in the database. */
import type { Group } from "../domain/user.ts";
import type { GroupChange, GroupStore } from "../features/groups/ports.ts";
import type { Database, Queries } from "./database.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";

// LIMIT: rows of one insert; databases limit the placeholders of a statement.
const ROWS_PER_INSERT = 1_000;

export class GroupsStore implements GroupStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(): Promise<readonly Group[]> {
    const rows = await this.#db.selectFrom("groups").selectAll().orderBy("name").execute();
    const members = await this.#db.selectFrom("groupMembers").selectAll().execute();
    const byGroup = Map.groupBy(members, ({ groupId }) => groupId);
    return rows.map((row) => ({
      ...row,
      memberIds: (byGroup.get(row.id) ?? []).map(({ userId }) => userId),
    }));
  }

  async create({ memberIds, ...row }: Group): Promise<void> {
    const work = this.#db.transaction().execute(async (trx) => {
      await trx.insertInto("groups").values(row).execute();
      await setMembers(trx, row.id, memberIds);
    });
    await refuseTaken(work, "name");
  }

  async update(groupId: string, { name, memberIds }: GroupChange): Promise<Group | undefined> {
    const work = this.#db.transaction().execute(async (trx) => {
      if (name !== undefined)
        await trx.updateTable("groups").set({ name }).where("id", "=", groupId).execute();
      const row = await trx.selectFrom("groups").selectAll().where("id", "=", groupId).executeTakeFirst();
      if (!row) return undefined;
      if (memberIds) await setMembers(trx, groupId, memberIds);
      const members = await trx
        .selectFrom("groupMembers")
        .select("userId")
        .where("groupId", "=", groupId)
        .execute();
      return { ...row, memberIds: members.map(({ userId }) => userId) };
    });
    return refuseTaken(work, "name");
  }

  async remove(groupId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom("groups")
      .where("id", "=", groupId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }
}

async function setMembers(trx: Queries, groupId: string, memberIds: readonly string[]): Promise<void> {
  const ids = [...new Set(memberIds)];
  await refuseUnknown(trx, "users", { field: "memberIds", ids });
  await trx.deleteFrom("groupMembers").where("groupId", "=", groupId).execute();
  for (let begin = 0; begin < ids.length; begin += ROWS_PER_INSERT) {
    const rows = ids.slice(begin, begin + ROWS_PER_INSERT).map((userId) => ({ groupId, userId }));
    await trx.insertInto("groupMembers").values(rows).execute();
  }
}
