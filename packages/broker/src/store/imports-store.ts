/** Imports and exports in the database: looked up by name, written in batches. */
import { DEFAULT_RELEASE, DeskgateError, type ImportKind } from "@deskgate/contract";
import type { Insertable } from "kysely";
import { builtInRoles, type Role } from "../domain/role.ts";
import type {
  ExportStore,
  ImportChanges,
  ImportStore,
  KnownSite,
  WantedNames,
} from "../features/imports/ports.ts";
import type { Database, Queries } from "./database.ts";
import { exportRows } from "./export-rows.ts";
import { closeAfterRemoval } from "./group-nesting.ts";
import { writeProtocols } from "./machines-store.ts";
import { releaseRow } from "./pools-store.ts";
import { customRoleOf, roleColumns, roleOf } from "./role-of.ts";
import { readSettings } from "./settings-store.ts";
import type { Tables } from "./tables.ts";
import { countChange, differing, NEXT_VERSION } from "./versions.ts";

// LIMIT: rows or names of one statement; databases limit the placeholders of a statement.
const ROWS_PER_STATEMENT = 500;

export class ImportsStore implements ImportStore, ExportStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  run<Result>(
    wanted: WantedNames,
    plan: (
      known: KnownSite,
    ) => Promise<{ readonly result: Result; readonly changes: ImportChanges | undefined }>,
    at: number,
  ): Promise<Result> {
    return this.#db.transaction().execute(async (trx) => {
      const { result, changes } = await plan(await readSite(trx, wanted));
      if (changes) await write(trx, changes, at);
      return result;
    });
  }

  exportRows(kind: ImportKind): AsyncIterable<readonly Readonly<Record<string, string>>[]> {
    return exportRows(this.#db, kind);
  }
}

function chunksOf<Item>(items: Iterable<Item>): readonly (readonly Item[])[] {
  const list = [...items];
  return Array.from({ length: Math.ceil(list.length / ROWS_PER_STATEMENT) }, (_, index) =>
    list.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  );
}

async function collect<Item, Row>(
  items: Iterable<Item>,
  read: (chunk: readonly Item[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const chunk of chunksOf(items)) rows.push(...(await read(chunk)));
  return rows;
}

async function readSite(trx: Queries, wanted: WantedNames): Promise<KnownSite> {
  const users = await collect(wanted.users, (names) =>
    trx.selectFrom("users").selectAll().where("name", "in", names).execute(),
  );
  const groups = await collect(wanted.groups, (names) =>
    trx.selectFrom("groups").selectAll().where("name", "in", names).execute(),
  );
  const pools = await collect(wanted.pools, (names) =>
    trx.selectFrom("pools").selectAll().where("name", "in", names).execute(),
  );
  const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
  const byUser = Map.groupBy(
    await collect(idsOf(users), (ids) =>
      trx.selectFrom("groupMembers").selectAll().where("userId", "in", ids).execute(),
    ),
    ({ userId }) => userId,
  );
  const byGroup = Map.groupBy(
    await collect(idsOf(groups), (ids) =>
      trx.selectFrom("groupMembers").selectAll().where("groupId", "in", ids).execute(),
    ),
    ({ groupId }) => groupId,
  );
  const byPool = Map.groupBy(
    await collect(idsOf(pools), (ids) =>
      trx.selectFrom("poolMembers").selectAll().where("poolId", "in", ids).execute(),
    ),
    ({ poolId }) => poolId,
  );
  const nesting = await trx.selectFrom("groupNesting").selectAll().execute();
  const inside = Map.groupBy(nesting, ({ groupId }) => groupId);
  const entitlements = await collect(idsOf(pools), (ids) =>
    trx.selectFrom("entitlements").selectAll().where("poolId", "in", ids).execute(),
  );
  return {
    users: byName(users, (row) => ({
      ...{ id: row.id, name: row.name, displayName: row.displayName, role: roleOf(row) },
      isDisabled: row.disabledAt !== null,
      groupIds: (byUser.get(row.id) ?? []).map(({ groupId }) => groupId),
    })),
    nesting,
    groups: byName(groups, ({ id, name }) => ({
      ...{ id, name },
      memberGroupIds: (inside.get(id) ?? []).map(({ memberGroupId }) => memberGroupId),
      memberIds: (byGroup.get(id) ?? []).map(({ userId }) => userId),
    })),
    machines: await readMachines(trx, wanted.machines),
    pools: byName(pools, ({ id, name, kind }) => ({
      ...{ id, name, kind },
      machineIds: (byPool.get(id) ?? []).map(({ machineId }) => machineId),
    })),
    entitlements: new Set(
      entitlements.map(({ poolId, userId, groupId }) => `${poolId}/${userId ?? groupId}`),
    ),
    roles: await readRoles(trx),
  };
}

function byName<Row extends { readonly name: string }, Known>(
  rows: readonly Row[],
  map: (row: Row) => Known,
): ReadonlyMap<string, Known> {
  return new Map(rows.map((row) => [row.name, map(row)]));
}

async function readMachines(trx: Queries, wanted: ReadonlySet<string>): Promise<KnownSite["machines"]> {
  const rows = await collect(wanted, (names) =>
    trx.selectFrom("machines").selectAll().where("name", "in", names).execute(),
  );
  const ids = rows.map(({ id }) => id);
  const protocols = Map.groupBy(
    await collect(ids, (some) =>
      trx.selectFrom("machineProtocols").selectAll().where("machineId", "in", some).execute(),
    ),
    ({ machineId }) => machineId,
  );
  return byName(rows, ({ id, name, description, host, trust, ...row }) => ({
    ...{ id, name, description, host, trust },
    isDeclaredLocal: row.isDeclaredLocal === 1,
    isBuiltIn: row.builtIn !== null,
    protocols: (protocols.get(id) ?? []).map(({ protocol, port, credentialMode, username, domain }) => ({
      ...{ protocol, port, credentialMode, username, domain },
    })),
  }));
}

async function readRoles(trx: Queries): Promise<ReadonlyMap<string, Role>> {
  const custom = await trx.selectFrom("roles").selectAll().execute();
  const roles = [...custom.map(customRoleOf), ...builtInRoles()];
  return new Map(roles.flatMap((role) => [[role.id, role] as const, [role.name, role] as const]));
}

async function write(trx: Queries, changes: ImportChanges, at: number): Promise<void> {
  await insert(
    trx,
    "groups",
    changes.groups.map((group) => ({ ...group, createdAt: at })),
  );
  await writeUsers(trx, changes, at);
  await writeMembers(trx, changes);
  await writeNesting(trx, changes);
  await writeMachines(trx, changes, at);
  await writePools(trx, changes, at);
  await insert(
    trx,
    "entitlements",
    changes.entitlements.map(({ id, poolId, userId, groupId }) => ({
      ...{ id, poolId, userId: userId ?? null, groupId: groupId ?? null, createdAt: at },
    })),
  );
}

async function insert<Table extends keyof Tables>(
  trx: Queries,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[],
): Promise<void> {
  for (const chunk of chunksOf(rows)) await trx.insertInto(table).values(chunk).execute();
}

async function writeUsers(trx: Queries, { users, userChanges }: ImportChanges, at: number): Promise<void> {
  await insert(
    trx,
    "users",
    users.map(({ isDisabled, passwordHash, role, ...user }) => ({
      ...{ ...user, ...roleColumns(role), createdAt: at, lastSignInAt: null },
      ...{ passwordHash: passwordHash ?? null, disabledAt: isDisabled ? at : null },
    })),
  );
  for (const { id, displayName, role, isDisabled, passwordHash } of userChanges)
    await trx
      .updateTable("users")
      .set({
        version: NEXT_VERSION,
        ...(displayName === undefined ? {} : { displayName }),
        ...(role === undefined ? {} : roleColumns(role)),
        ...(isDisabled === undefined ? {} : { disabledAt: isDisabled ? at : null }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      })
      .where("id", "=", id)
      .execute();
  // A site that was never started has none yet, which is nobody's fault here.
  const isDemoting = userChanges.some(({ role, isDisabled }) => role !== undefined || isDisabled === true);
  if (isDemoting) await refuseLast(trx);
}

async function refuseLast(trx: Queries): Promise<void> {
  const left = trx
    .selectFrom("users")
    .select("id")
    .where("role", "=", "administrator")
    .where("disabledAt", "is", null);
  if (!(await left.executeTakeFirst())) throw new DeskgateError("last_administrator");
}

/** Memberships by user and by group come to one set; where a file says both, both count. */
async function writeMembers(trx: Queries, { groupsOfUsers, membersOfGroups }: ImportChanges): Promise<void> {
  const users = groupsOfUsers.map(({ userId }) => userId);
  const groups = membersOfGroups.map(({ groupId }) => groupId);
  const before = [
    ...(await collect(users, (ids) =>
      trx.deleteFrom("groupMembers").where("userId", "in", ids).returning(["groupId", "userId"]).execute(),
    )),
    ...(await collect(groups, (ids) =>
      trx.deleteFrom("groupMembers").where("groupId", "in", ids).returning(["groupId", "userId"]).execute(),
    )),
  ];
  const pairs = new Map(
    [
      ...groupsOfUsers.flatMap(({ userId, groupIds }) => groupIds.map((groupId) => ({ groupId, userId }))),
      ...membersOfGroups.flatMap(({ groupId, memberIds }) =>
        memberIds.map((userId) => ({ groupId, userId })),
      ),
    ].map((pair) => [`${pair.groupId}/${pair.userId}`, pair]),
  );
  await insert(trx, "groupMembers", [...pairs.values()]);
  const had = before.map(({ groupId, userId }) => `${groupId}/${userId}`);
  const moved = differing(had, [...pairs.keys()]).map((pair) => pair.split("/"));
  const ids = (index: 0 | 1) => chunksOf(new Set(moved.flatMap((pair) => pair[index] ?? [])));
  for (const chunk of ids(0)) await countChange(trx, "groups", chunk);
  for (const chunk of ids(1)) await countChange(trx, "users", chunk);
}

async function writeNesting(trx: Queries, { groupsInGroups }: ImportChanges): Promise<void> {
  if (groupsInGroups.length === 0) return;
  const groups = groupsInGroups.map(({ groupId }) => groupId);
  for (const ids of chunksOf(groups)) {
    await trx.deleteFrom("groupNesting").where("groupId", "in", ids).execute();
    await countChange(trx, "groups", ids);
  }
  await insert(
    trx,
    "groupNesting",
    groupsInGroups.flatMap(({ groupId, memberGroupIds }) =>
      memberGroupIds.map((memberGroupId) => ({ groupId, memberGroupId })),
    ),
  );
  await closeAfterRemoval(trx);
}

async function writeMachines(
  trx: Queries,
  { machines, machineChanges }: ImportChanges,
  at: number,
): Promise<void> {
  await insert(
    trx,
    "machines",
    machines.map(({ poolId: _poolId, protocols: _protocols, isDeclaredLocal, ...machine }) => ({
      ...{ ...machine, builtIn: null, createdAt: at },
      isDeclaredLocal: isDeclaredLocal ? 1 : 0,
    })),
  );
  await insert(
    trx,
    "machineProtocols",
    machines.flatMap(({ id, protocols }) =>
      protocols.map(({ credentialMode = "none", username = "", domain = "", ...row }) => ({
        ...{ ...row, machineId: id, credentialMode, username, domain },
        sealedPassword: credentialMode === "stored" ? (row.sealedPassword ?? null) : null,
        ...{ sealedPrivateKey: null, sealedPassphrase: null },
      })),
    ),
  );
  await insert(
    trx,
    "pools",
    machines.map(({ poolId, name }) => ({ id: poolId, name, kind: "machine", policy: null, createdAt: at })),
  );
  await insert(
    trx,
    "poolMembers",
    machines.map(({ id, poolId }) => ({ poolId, machineId: id })),
  );
  for (const { id, protocols, isDeclaredLocal, description, host, trust } of machineChanges) {
    await trx
      .updateTable("machines")
      .set({
        version: NEXT_VERSION,
        ...(description === undefined ? {} : { description }),
        ...(host === undefined ? {} : { host }),
        ...(trust === undefined ? {} : { trust }),
        ...(isDeclaredLocal === undefined ? {} : { isDeclaredLocal: isDeclaredLocal ? 1 : 0 }),
      })
      .where("id", "=", id)
      .execute();
    if (protocols) await writeProtocols(trx, id, protocols);
  }
}

async function writePools(
  trx: Queries,
  { pools, machinesOfPools }: ImportChanges,
  at: number,
): Promise<void> {
  const { defaultRelease } = await readSettings(trx);
  await insert(
    trx,
    "pools",
    pools.map((pool) => {
      const release = releaseRow(pool.kind === "floating" ? defaultRelease : DEFAULT_RELEASE);
      return { ...pool, ...release, policy: null, createdAt: at };
    }),
  );
  const made = new Set(pools.map(({ id }) => id));
  for (const { poolId, machineIds } of machinesOfPools) {
    // Only who leaves is taken out: what hangs on a machine's place in its pool stays.
    await trx
      .deleteFrom("poolMembers")
      .where("poolId", "=", poolId)
      .where("machineId", "not in", machineIds.length === 0 ? [""] : machineIds)
      .execute();
    const stayed = trx.selectFrom("poolMembers").select("machineId").where("poolId", "=", poolId);
    const there = new Set((await stayed.execute()).map(({ machineId }) => machineId));
    const added = machineIds.filter((id) => !there.has(id));
    await insert(
      trx,
      "poolMembers",
      added.map((machineId) => ({ poolId, machineId })),
    );
    if (!made.has(poolId)) await countChange(trx, "pools", [poolId]);
  }
}
