/** Groups in the database. */
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { Group } from "../domain/user.ts";
import type {
  EffectiveMember,
  EffectiveMemberSort,
  GroupChange,
  GroupFilter,
  GroupSort,
  GroupStore,
} from "../features/groups/ports.ts";
import type { Database, Queries } from "./database.ts";
import { closeAfterRemoval, setMemberGroups } from "./group-nesting.ts";
import { type ListShape, readPage } from "./lists.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import { countChange, differing, isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

const GROUP_LIST: ListShape<GroupSort> = {
  id: "groups.id",
  sorts: {
    name: { column: "groups.name", as: "text" },
    createdAt: { column: "groups.createdAt", as: "number" },
  },
  searched: ["groups.name"],
};

const EFFECTIVE_MEMBER_LIST: ListShape<EffectiveMemberSort> = {
  id: "users.id",
  sorts: {
    name: { column: "users.name", as: "text" },
    displayName: { column: "users.displayName", as: "text" },
  },
  searched: ["users.name", "users.displayName"],
};

// LIMIT: rows of one insert; databases limit the placeholders of a statement.
const ROWS_PER_INSERT = 1_000;

export class GroupsStore implements GroupStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(request: PageRequest<GroupSort>, { memberId }: GroupFilter): Promise<Page<Group>> {
    const rows = this.#db
      .selectFrom("groups")
      .selectAll()
      .$if(memberId !== undefined, (query) =>
        query.where("id", "in", (eb) =>
          eb
            .selectFrom("groupMembers")
            .select("groupMembers.groupId")
            .where("userId", "=", memberId ?? ""),
        ),
      );
    const page = await readPage(rows, GROUP_LIST, request);
    const ids = page.items.map(({ id }) => id);
    const members = await readMemberIds(this.#db, ids);
    const inside = await readMemberGroupIds(this.#db, ids);
    return mapPage(page, (row) => ({
      ...row,
      ...{ memberIds: members(row.id), memberGroupIds: inside(row.id) },
    }));
  }

  find(groupId: string): Promise<Group | undefined> {
    return findGroup(this.#db, groupId);
  }

  async listEffectiveMembers(
    groupId: string,
    request: PageRequest<EffectiveMemberSort>,
  ): Promise<Page<EffectiveMember> | undefined> {
    const group = this.#db.selectFrom("groups").select("id").where("id", "=", groupId);
    if (!(await group.executeTakeFirst())) return undefined;
    const inside = this.#db.selectFrom("groupClosure").select("memberGroupId").where("groupId", "=", groupId);
    const members = this.#db
      .selectFrom("groupMembers")
      .select("userId")
      .where((eb) => eb.or([eb("groupId", "=", groupId), eb("groupId", "in", inside)]));
    const rows = this.#db
      .selectFrom("users")
      .select(["id", "name", "displayName"])
      .where("id", "in", members);
    return readPage(rows, EFFECTIVE_MEMBER_LIST, request);
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
    const { name, memberIds, memberGroupIds, ifVersion } = change;
    const work = this.#db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable("groups")
        .set({ version: NEXT_VERSION, ...(name === undefined ? {} : { name }) })
        .where("id", "=", groupId)
        .where(isAtVersion(ifVersion))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) {
        await refuseStale(trx, "groups", groupId);
        return undefined;
      }
      if (memberIds) await setMembers(trx, groupId, memberIds);
      if (memberGroupIds) await nest(trx, groupId, memberGroupIds);
      return findGroup(trx, groupId);
    });
    return refuseTaken(work, "name");
  }

  async remove(groupId: string, ifVersion: number | undefined): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const members = (await readMemberIds(trx, [groupId]))(groupId);
      const { numDeletedRows } = await trx
        .deleteFrom("groups")
        .where("id", "=", groupId)
        .where(isAtVersion(ifVersion))
        .executeTakeFirst();
      if (numDeletedRows === 0n) await refuseStale(trx, "groups", groupId);
      if (numDeletedRows === 0n) return false;
      await countChange(trx, "users", members);
      await closeAfterRemoval(trx);
      return true;
    });
  }
}

async function findGroup(db: Queries, groupId: string): Promise<Group | undefined> {
  const row = await db.selectFrom("groups").selectAll().where("id", "=", groupId).executeTakeFirst();
  if (!row) return undefined;
  const memberIds = (await readMemberIds(db, [groupId]))(groupId);
  return { ...row, memberIds, memberGroupIds: (await readMemberGroupIds(db, [groupId]))(groupId) };
}

/** The members of each of `groupIds`. */
async function readMemberIds(db: Queries, groupIds: readonly string[]) {
  const members =
    groupIds.length === 0
      ? []
      : await db
          .selectFrom("groupMembers")
          .selectAll()
          .where("groupId", "in", groupIds)
          .orderBy("userId")
          .execute();
  const byGroup = Map.groupBy(members, ({ groupId }) => groupId);
  return (groupId: string) => (byGroup.get(groupId) ?? []).map(({ userId }) => userId);
}

/** The groups directly inside each of `groupIds`. */
async function readMemberGroupIds(db: Queries, groupIds: readonly string[]) {
  const nestings =
    groupIds.length === 0
      ? []
      : await db
          .selectFrom("groupNesting")
          .selectAll()
          .where("groupId", "in", groupIds)
          .orderBy("memberGroupId")
          .execute();
  const byGroup = Map.groupBy(nestings, ({ groupId }) => groupId);
  return (groupId: string) => (byGroup.get(groupId) ?? []).map(({ memberGroupId }) => memberGroupId);
}

async function nest(trx: Queries, groupId: string, memberGroupIds: readonly string[]): Promise<void> {
  const ids = [...new Set(memberGroupIds)];
  await refuseUnknown(trx, "groups", { field: "memberGroupIds", ids });
  await setMemberGroups(trx, groupId, ids);
}

async function setMembers(trx: Queries, groupId: string, memberIds: readonly string[]): Promise<void> {
  const ids = [...new Set(memberIds)];
  await refuseUnknown(trx, "users", { field: "memberIds", ids });
  const before = await trx
    .deleteFrom("groupMembers")
    .where("groupId", "=", groupId)
    .returning("userId")
    .execute();
  // The groups someone is in are part of them.
  await countChange(
    trx,
    "users",
    differing(
      before.map(({ userId }) => userId),
      ids,
    ),
  );
  for (let begin = 0; begin < ids.length; begin += ROWS_PER_INSERT) {
    const rows = ids.slice(begin, begin + ROWS_PER_INSERT).map((userId) => ({ groupId, userId }));
    await trx.insertInto("groupMembers").values(rows).execute();
  }
}
