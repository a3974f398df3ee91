/** Rows of an export, a page at a time, in the columns that the import takes. */
import type { ImportKind } from "@deskgate/contract";
import type { Queries } from "./database.ts";
import { roleOf } from "./role-of.ts";

type ExportRow = Readonly<Record<string, string>>;

// LIMIT: rows in memory at once.
const ROWS_PER_PAGE = 500;

export async function* exportRows(db: Queries, kind: ImportKind): AsyncIterable<readonly ExportRow[]> {
  const read = READERS[kind];
  for (let after = ""; ; ) {
    const page = await read(db, after);
    const last = page.at(-1);
    if (!last) return;
    yield page.map(({ row }) => row);
    after = last.key;
  }
}

/** The page after `after`, which is the key of the last row of the one before. */
type Reader = (
  db: Queries,
  after: string,
) => Promise<readonly { readonly key: string; readonly row: ExportRow }[]>;

const READERS: Readonly<Record<ImportKind, Reader>> = {
  async groups(db, after) {
    const rows = await named(db, "groups", after);
    const members = await namesPer(
      rows.map(({ id }) => id),
      (ids) =>
        db
          .selectFrom("groupMembers")
          .innerJoin("users", "users.id", "groupMembers.userId")
          .select(["groupMembers.groupId as id", "users.name"])
          .where("groupMembers.groupId", "in", ids)
          .orderBy("users.name")
          .execute(),
    );
    const inside = await namesPer(
      rows.map(({ id }) => id),
      (ids) =>
        db
          .selectFrom("groupNesting")
          .innerJoin("groups", "groups.id", "groupNesting.memberGroupId")
          .select(["groupNesting.groupId as id", "groups.name"])
          .where("groupNesting.groupId", "in", ids)
          .orderBy("groups.name")
          .execute(),
    );
    return rows.map(({ id, name }) => ({
      key: name,
      row: { name, members: members(id), memberGroups: inside(id) },
    }));
  },
  async users(db, after) {
    const rows = await db
      .selectFrom("users")
      .leftJoin("roles", "roles.id", "users.roleId")
      .selectAll("users")
      .select("roles.name as roleName")
      .where("users.name", ">", after)
      .orderBy("users.name")
      .limit(ROWS_PER_PAGE)
      .execute();
    const groups = await namesPer(
      rows.map(({ id }) => id),
      (ids) =>
        db
          .selectFrom("groupMembers")
          .innerJoin("groups", "groups.id", "groupMembers.groupId")
          .select(["groupMembers.userId as id", "groups.name"])
          .where("groupMembers.userId", "in", ids)
          .orderBy("groups.name")
          .execute(),
    );
    return rows.map(({ id, name, displayName, disabledAt, roleName, ...columns }) => ({
      key: name,
      row: {
        ...{ name, displayName, role: roleName ?? roleOf(columns), groups: groups(id) },
        isDisabled: String(disabledAt !== null),
      },
    }));
  },
  async machines(db, after) {
    const rows = await db
      .selectFrom("machines")
      .selectAll()
      .where("name", ">", after)
      // The program makes those itself.
      .where("builtIn", "is", null)
      .orderBy("name")
      .limit(ROWS_PER_PAGE)
      .execute();
    const ids = rows.map(({ id }) => id);
    const stored =
      ids.length === 0
        ? []
        : await db
            .selectFrom("machineProtocols")
            .selectAll()
            .where("machineId", "in", ids)
            .orderBy("protocol")
            .execute();
    const protocols = Map.groupBy(stored, ({ machineId }) => machineId);
    return rows.map(({ id, name, description, host, trust, isDeclaredLocal }) => {
      const own = protocols.get(id) ?? [];
      const same = (column: "credentialMode" | "username" | "domain") => {
        const values = new Set(own.map((row) => row[column]));
        return values.size === 1 ? String([...values][0]) : "";
      };
      return {
        key: name,
        row: {
          ...{ name, description, host, trust, isDeclaredLocal: String(isDeclaredLocal === 1) },
          protocols: own.map(({ protocol, port }) => `${protocol}:${port}`).join(";"),
          ...{ credentialMode: same("credentialMode"), username: same("username"), domain: same("domain") },
        },
      };
    });
  },
  async pools(db, after) {
    const rows = await db
      .selectFrom("pools")
      .selectAll()
      .where("name", ">", after)
      // Pools of one come with their machines.
      .where("kind", "!=", "machine")
      .orderBy("name")
      .limit(ROWS_PER_PAGE)
      .execute();
    const machines = await namesPer(
      rows.map(({ id }) => id),
      (ids) =>
        db
          .selectFrom("poolMembers")
          .innerJoin("machines", "machines.id", "poolMembers.machineId")
          .select(["poolMembers.poolId as id", "machines.name"])
          .where("poolMembers.poolId", "in", ids)
          .orderBy("machines.name")
          .execute(),
    );
    return rows.map(({ id, name, kind }) => ({ key: name, row: { name, kind, machines: machines(id) } }));
  },
  async entitlements(db, after) {
    const rows = await db
      .selectFrom("entitlements")
      .innerJoin("pools", "pools.id", "entitlements.poolId")
      .leftJoin("users", "users.id", "entitlements.userId")
      .leftJoin("groups", "groups.id", "entitlements.groupId")
      .select(["entitlements.id", "pools.name as pool", "users.name as user", "groups.name as group"])
      .where("entitlements.id", ">", after)
      .orderBy("entitlements.id")
      .limit(ROWS_PER_PAGE)
      .execute();
    return rows.map(({ id, pool, user, group }) => ({
      key: id,
      row: { pool, user: user ?? "", group: group ?? "" },
    }));
  },
};

function named(db: Queries, table: "groups", after: string) {
  return db
    .selectFrom(table)
    .select(["id", "name"])
    .where("name", ">", after)
    .orderBy("name")
    .limit(ROWS_PER_PAGE)
    .execute();
}

/** Names, joined the way the import splits them. */
async function namesPer(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<readonly { readonly id: string; readonly name: string }[]>,
): Promise<(id: string) => string> {
  const rows = Map.groupBy(ids.length === 0 ? [] : await read(ids), ({ id }) => id);
  return (id) => (rows.get(id) ?? []).map(({ name }) => name).join(";");
}
