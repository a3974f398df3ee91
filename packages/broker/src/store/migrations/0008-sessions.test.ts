/** A site of the schema before, and what becomes of it. */
import { CamelCasePlugin, Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import { expect, test } from "vitest";
import { sqliteDialect } from "../dialects/sqlite/sqlite-dialect.ts";
import { MIGRATIONS } from "./registry.ts";

const EIGHT_HOURS_MS = 8 * 60 * 60_000;

// biome-ignore lint/suspicious/noExplicitAny: the tables of this schema have no types any more
type AnyTables = any;

async function openBefore() {
  const raw = new Kysely<AnyTables>({ dialect: sqliteDialect(":memory:").kysely });
  const migrator = new Migrator({ db: raw, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateTo("0004-identities");
  if (error) throw error;
  return { db: raw.withPlugin(new CamelCasePlugin()), migrator };
}

const session = (id: string, rest: object) => ({
  ...{ id, userId: "u", poolId: `pool of ${id}`, machineId: "m", machineName: "Desk", startedAt: 1_000 },
  ...{ state: "open", endedAt: null, endReason: null, ...rest },
});
const connection = (sessionId: string, rest: object) => ({
  ...{
    id: `c of ${sessionId}`,
    sessionId,
    signInId: null,
    protocol: "vnc",
    gatewayId: "g",
    createdAt: 2_000,
  },
  ...{ viewerAddress: null, openedAt: 3_000, endedAt: null, endReason: null, detail: "", state: "open" },
  ...{ bytesToViewer: 1, bytesToTarget: 2, ...rest },
});

test("open sessions are active or disconnected, with a lease; nothing that was there is lost", async () => {
  const { db, migrator } = await openBefore();
  const user = { id: "u", name: "ada", displayName: "Ada", role: "user", createdAt: 1 };
  await db.insertInto("users").values(user).execute();
  const pool = { id: "pool of on", name: "Desk", kind: "machine", policy: null, createdAt: 1 };
  await db.insertInto("pools").values(pool).execute();
  const over = { state: "ended", endedAt: 9_000, endReason: "killed" };
  await db
    .insertInto("sessions")
    .values([session("on", {}), session("off", {}), session("new", {}), session("over", over)])
    .execute();
  const gone = { state: "ended", endedAt: 7_000, endReason: "viewer_left" };
  const connections = [connection("on", {}), connection("off", gone), connection("over", gone)];
  await db.insertInto("connections").values(connections).execute();
  const before = await db.selectFrom("connections").selectAll().orderBy("id").execute();

  // Not to the latest: what later ones change is theirs to show.
  const { error } = await migrator.migrateTo("0008-sessions");
  expect(error).toBeUndefined();
  const rows = await db.selectFrom("sessions").selectAll().execute();
  const byId = Object.fromEntries(rows.map((row) => [row["id"], { ...row }]));
  const away = { state: "disconnected", stateReason: "gateway_lost", stateSince: 1_000, isExclusive: 0 };
  expect(byId).toEqual({
    on: {
      ...{ ...session("on", {}), ...away, state: "active", stateReason: "viewer_connected" },
      ...{ poolName: "Desk", leaseExpiresAt: 1_000 },
    },
    off: { ...session("off", {}), ...away, poolName: "Desk", leaseExpiresAt: 7_000 + EIGHT_HOURS_MS },
    new: { ...session("new", {}), ...away, poolName: "Desk", leaseExpiresAt: 1_000 + EIGHT_HOURS_MS },
    over: {
      ...{ ...session("over", over), ...away, state: "ended", stateReason: "killed", stateSince: 9_000 },
      ...{ poolName: "Desk", leaseExpiresAt: null },
    },
  });
  // 0005 gave connections the policy they were made under; these are older.
  const after = await db.selectFrom("connections").selectAll().orderBy("id").execute();
  expect(after).toEqual(before.map((row) => ({ ...row, policy: null })));
  expect(await db.selectFrom("pools").selectAll().execute()).toEqual([
    { ...pool, description: "", releaseAfterMs: EIGHT_HOURS_MS, releaseOnSignOut: 0, version: 1 },
  ]);
  const odd = db.updateTable("sessions").set({ state: "open" }).where("id", "=", "on");
  await expect(odd.execute()).rejects.toMatchObject({ name: "ConstraintViolation" });
  await db.destroy();
});
