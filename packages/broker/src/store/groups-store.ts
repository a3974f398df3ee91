/** Groups in the database. */
import type { Selectable } from "kysely";
import type { Group } from "../domain/user.ts";
import type { EffectiveMember, GroupChange, GroupStore } from "../features/groups/ports.ts";
import type { Database, Queries } from "./database.ts";
import { closeAfterRemoval, setMemberGroups } from "./group-nesting.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import type { Tables } from "./tables.ts";

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
    const nestings = await this.#db.selectFrom("groupNesting").selectAll().execute();
    const byGroup = Map.groupBy(members, ({ groupId }) => groupId);
    const inside = Map.groupBy(nestings, ({ groupId }) => groupId);
    return rows.map((row) => ({
      ...row,
      memberIds: (byGroup.get(row.id) ?? []).map(({ userId }) => userId),
      memberGroupIds: (inside.get(row.id) ?? []).map(({ memberGroupId }) => memberGroupId),
    }));
  }

  async listEffectiveMembers(groupId: string): Promise<readonly EffectiveMember[] | undefined> {
    const group = await this.#db
      .selectFrom("groups")
      .select("id")
      .where("id", "=", groupId)
      .executeTakeFirst();
    if (!group) return undefined;
    const inside = this.#db.selectFrom("groupClosure").select("memberGroupId").where("groupId", "=", groupId);
    const members = this.#db
      .selectFrom("groupMembers")
      .select("userId")
      .where((eb) => eb.or([eb("groupId", "=", groupId), eb("groupId", "in", inside)]));
    return this.#db
      .selectFrom("users")
      .select(["id", "name", "displayName"])
      .where("id", "in", members)
      .orderBy("name")
      .execute();
  }

  async create({ memberIds, memberGroupIds, ...row }: Group): Promise<void> {
    const work = this.#db.transaction().execute(async (trx) => {
      await trx.insertInto("groups").values(row).execute();
      await setMembers(trx, row.id, memberIds);
      if (memberGroupIds.length > 0) await nest(trx, row.id, memberGroupIds);
    });
    await refuseTaken(work, "name");
  }

  async update(groupId: string, change: GroupChange): Promise<Group | undefined> {
    const { name, memberIds, memberGroupIds } = change;
    const work = this.#db.transaction().execute(async (trx) => {
      if (name !== undefined)
        await trx.updateTable("groups").set({ name }).where("id", "=", groupId).execute();
      const row = await trx.selectFrom("groups").selectAll().where("id", "=", groupId).executeTakeFirst();
      if (!row) return undefined;
      if (memberIds) await setMembers(trx, groupId, memberIds);
      if (memberGroupIds) await nest(trx, groupId, memberGroupIds);
      return readGroup(trx, row);
    });
    return refuseTaken(work, "name");
  }

  async remove(groupId: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const { numDeletedRows } = await trx.deleteFrom("groups").where("id", "=", groupId).executeTakeFirst();
      if (numDeletedRows === 0n) return false;
      await closeAfterRemoval(trx);
      return true;
    });
  }
}

async function readGroup(trx: Queries, row: Selectable<Tables["groups"]>): Promise<Group> {
  const members = trx.selectFrom("groupMembers").select("userId").where("groupId", "=", row.id);
  const inside = trx.selectFrom("groupNesting").select("memberGroupId").where("groupId", "=", row.id);
  return {
    ...row,
    memberIds: (await members.execute()).map(({ userId }) => userId),
    memberGroupIds: (await inside.execute()).map(({ memberGroupId }) => memberGroupId),
  };
}

async function nest(trx: Queries, groupId: string, memberGroupIds: readonly string[]): Promise<void> {
  const ids = [...new Set(memberGroupIds)];
  await refuseUnknown(trx, "groups", { field: "memberGroupIds", ids });
  await setMemberGroups(trx, groupId, ids);
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
