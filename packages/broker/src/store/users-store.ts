/** Users in the database. INVARIANT: there is always an enabled administrator once there was one. */
import { DeskgateError } from "@deskgate/contract";
import type { Selectable } from "kysely";
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import type { User } from "../domain/user.ts";
import type { NewUser, UserChange, UserFilter, UserSort, UserStore } from "../features/users/ports.ts";
import type { Database, Queries } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";
import { refuseTaken } from "./refuse-taken.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import { findRole, roleColumns, roleOf } from "./role-of.ts";
import type { Tables } from "./tables.ts";
import { countChange, differing, isAtVersion, NEXT_VERSION, refuseStale } from "./versions.ts";

const USER_LIST: ListShape<UserSort> = {
  id: "users.id",
  sorts: {
    name: { column: "users.name", as: "text" },
    displayName: { column: "users.displayName", as: "text" },
    role: { column: "users.role", as: "text" },
    createdAt: { column: "users.createdAt", as: "number" },
    lastSignInAt: { column: "users.lastSignInAt", as: "number" },
  },
  searched: ["users.name", "users.displayName"],
};

export class UsersStore implements UserStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(request: PageRequest<UserSort>, filter: UserFilter): Promise<Page<User>> {
    const { role, isDisabled, groupId, ids } = filter;
    const rows = this.#db
      .selectFrom("users")
      .selectAll()
      .$if(role !== undefined, (query) => {
        const columns = roleColumns(role ?? "user");
        return query
          .where("role", "=", columns.role)
          .where("roleId", columns.roleId === null ? "is" : "=", columns.roleId);
      })
      .$if(ids !== undefined, (query) => query.where("id", "in", ids ?? []))
      .$if(isDisabled !== undefined, (query) => query.where("disabledAt", isDisabled ? "is not" : "is", null))
      .$if(groupId !== undefined, (query) =>
        query.where("id", "in", (eb) =>
          eb
            .selectFrom("groupMembers")
            .select("groupMembers.userId")
            .where("groupId", "=", groupId ?? ""),
        ),
      );
    const page = await readPage(rows, USER_LIST, request);
    const groups = await readGroupIds(
      this.#db,
      page.items.map(({ id }) => id),
    );
    return mapPage(page, (row) => userOf(row, groups(row.id)));
  }

  find(userId: string): Promise<User | undefined> {
    return findUser(this.#db, userId);
  }

  async findByName(name: string): Promise<User | undefined> {
    const row = await this.#db.selectFrom("users").select("id").where("name", "=", name).executeTakeFirst();
    return row && findUser(this.#db, row.id);
  }

  async findFirstAdministrator(): Promise<User | undefined> {
    const row = await this.#db
      .selectFrom("users")
      .select("id")
      .where("role", "=", "administrator")
      .where("disabledAt", "is", null)
      .orderBy("createdAt")
      .orderBy("id")
      .executeTakeFirst();
    return row && findUser(this.#db, row.id);
  }

  async create(user: NewUser): Promise<User> {
    const work = this.#db.transaction().execute((trx) => insertUser(trx, user));
    return refuseTaken(work, "name");
  }

  async createFirstAdministrator(user: NewUser): Promise<User | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      return (await countAdministrators(trx)) === 0 ? insertUser(trx, user) : undefined;
    });
  }

  async update(userId: string, change: UserChange, at: number): Promise<User | undefined> {
    const work = this.#db.transaction().execute(async (trx) => {
      const before = await findUser(trx, userId);
      if (!before) return undefined;
      const { groupIds, isDisabled, ifVersion, role, ...columns } = change;
      const roles = role === undefined ? {} : await knownRole(trx, role);
      const disabledAt =
        isDisabled === undefined ? before.disabledAt : isDisabled ? (before.disabledAt ?? at) : undefined;
      const values = { ...columns, ...roles, disabledAt: disabledAt ?? null, version: NEXT_VERSION };
      const { numUpdatedRows } = await trx
        .updateTable("users")
        .set(values)
        .where("id", "=", userId)
        .where(isAtVersion(ifVersion))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) await refuseStale(trx, "users", userId);
      if (groupIds) await setGroups(trx, userId, groupIds);
      await refuseLast(trx, before);
      return findUser(trx, userId);
    });
    return refuseTaken(work, "name");
  }

  async remove(userId: string): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const before = await findUser(trx, userId);
      if (!before) return false;
      await trx.deleteFrom("users").where("id", "=", userId).execute();
      await refuseLast(trx, before);
      return true;
    });
  }
}

async function findUser(db: Queries, userId: string): Promise<User | undefined> {
  const row = await db.selectFrom("users").selectAll().where("id", "=", userId).executeTakeFirst();
  if (!row) return undefined;
  return userOf(row, (await readGroupIds(db, [userId]))(userId));
}

/** The groups of each of `userIds`. */
async function readGroupIds(db: Queries, userIds: readonly string[]) {
  const members =
    userIds.length === 0
      ? []
      : await db
          .selectFrom("groupMembers")
          .selectAll()
          .where("userId", "in", userIds)
          .orderBy("groupId")
          .execute();
  const byUser = Map.groupBy(members, ({ userId }) => userId);
  return (userId: string) => (byUser.get(userId) ?? []).map(({ groupId }) => groupId);
}

async function insertUser(trx: Queries, { groupIds, passwordHash, ...rest }: NewUser): Promise<User> {
  const roles = await knownRole(trx, rest.role);
  const row = {
    ...{ ...rest, ...roles, passwordHash: passwordHash ?? null },
    ...{ disabledAt: null, lastSignInAt: null, version: 1 },
  };
  await trx.insertInto("users").values(row).execute();
  await setGroups(trx, row.id, groupIds);
  return userOf(row, [...new Set(groupIds)]);
}

async function knownRole(trx: Queries, roleId: string) {
  if (await findRole(trx, roleId)) return roleColumns(roleId);
  throw new DeskgateError("validation_failed", {
    fields: { role: `There is no role with the id ${roleId}.` },
  });
}

async function setGroups(trx: Queries, userId: string, groupIds: readonly string[]): Promise<void> {
  const ids = [...new Set(groupIds)];
  await refuseUnknown(trx, "groups", { field: "groupIds", ids });
  const before = await trx
    .deleteFrom("groupMembers")
    .where("userId", "=", userId)
    .returning("groupId")
    .execute();
  // A group's members are part of it.
  await countChange(
    trx,
    "groups",
    differing(
      before.map(({ groupId }) => groupId),
      ids,
    ),
  );
  if (ids.length === 0) return;
  const rows = ids.map((groupId) => ({ groupId, userId }));
  await trx.insertInto("groupMembers").values(rows).execute();
}

async function countAdministrators(db: Queries): Promise<number> {
  const { count } = await db
    .selectFrom("users")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("role", "=", "administrator")
    .where("disabledAt", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Rolls the transaction back where it left no administrator who can sign in. */
async function refuseLast(trx: Queries, before: User): Promise<void> {
  const wasOne = before.role === "administrator" && before.disabledAt === undefined;
  if (wasOne && (await countAdministrators(trx)) === 0) throw new DeskgateError("last_administrator");
}

function userOf(row: Selectable<Tables["users"]>, groupIds: readonly string[]): User {
  const { id, name, displayName, createdAt, version } = row;
  return {
    ...{ id, name, displayName, role: roleOf(row), createdAt, groupIds, version },
    hasPassword: row.passwordHash !== null,
    disabledAt: row.disabledAt ?? undefined,
    lastSignInAt: row.lastSignInAt ?? undefined,
  };
}
