/**
 * Rows for every table, as each migration finds and leaves them: what a site of that version would have. Tests migrate,
 * back up and restore them. A migration that makes tables or columns adds its rows here. Not part of the program.
 */
import { sql } from "kysely";
import type { Database } from "./database.ts";
import type { UntypedDatabase } from "./dialects/untyped-database.ts";
import { MIGRATIONS } from "./migrations/registry.ts";
import { shapeOf, type TableShape } from "./schema-shape.ts";

type Rows = readonly Readonly<Record<string, string | number | null>>[];

const AT = 1_700_000_000_000;
const LATER = AT + 86_400_000;

/** Migration → the rows to insert once it has run, by table, in the names of the database. */
const POPULATION: Readonly<Record<string, Readonly<Record<string, Rows>>>> = {
  "0001-people": {
    users: [
      user("ada", { role: "administrator", password_hash: "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$aGFzaA" }),
      user("bob", { display_name: 'Bob "the Žluťoučký" 🐎\n=1+1', last_sign_in_at: LATER }),
      user("eve", { disabled_at: LATER }),
    ],
    groups: [
      { id: "group-1", name: "Staff", created_at: AT },
      { id: "group-2", name: "staff", created_at: AT },
    ],
    group_members: [
      { group_id: "group-1", user_id: "ada" },
      { group_id: "group-1", user_id: "bob" },
    ],
    sign_ins: [signIn("sign-in-1", "ada"), signIn("sign-in-2", "bob")],
    sign_in_links: [{ secret_hash: "h1", user_id: "bob", created_at: AT, expires_at: LATER, used_at: null }],
    throttles: [{ key: "address:192.0.2.1", failures: 3, last_failure_at: AT }],
  },
  "0002-machines": {
    machines: [machine("machine-1", null), machine("machine-2", "demo")],
    machine_protocols: [
      {
        machine_id: "machine-1",
        protocol: "vnc",
        port: 5901,
        sealed_password: "sealed-password-of-machine-1",
      },
      { machine_id: "machine-2", protocol: "vnc", port: 5902, sealed_password: null },
    ],
    pools: [
      { id: "pool-1", name: "Desk machine-1", kind: "machine", created_at: AT },
      { id: "pool-2", name: "Desk machine-2", kind: "machine", created_at: AT },
    ],
    pool_members: [
      { pool_id: "pool-1", machine_id: "machine-1" },
      { pool_id: "pool-2", machine_id: "machine-2" },
    ],
    entitlements: [
      { id: "e1", pool_id: "pool-1", user_id: "bob", group_id: null, created_at: AT },
      { id: "e2", pool_id: "pool-2", user_id: null, group_id: "group-1", created_at: AT },
    ],
  },
  "0003-sessions": {
    sessions: [
      session("session-1", { state: "open", ended_at: null, end_reason: null }),
      session("session-2", { state: "ended", ended_at: LATER, end_reason: "killed" }),
      session("session-3", { state: "ended", ended_at: LATER, end_reason: "killed" }),
      // Nobody is on it, and it has not ended.
      session("session-4", { pool_id: "pool-2", state: "open", ended_at: null, end_reason: null }),
    ],
    connections: [
      connection("connection-1", { session_id: "session-1", state: "open", ended_at: null }),
      connection("connection-2", { session_id: "session-2", state: "ended", ended_at: LATER }),
    ],
    tickets: [
      ticket("t1", "connection-1", { used_at: AT, revoked_at: null }),
      ticket("t2", "connection-2", { used_at: null, revoked_at: LATER }),
    ],
  },
  "0004-identities": {
    machine_identities: [
      {
        ...{ id: "i1", machine_id: "machine-1", protocol: "rdp", kind: "certificate", fingerprint: "aa:bb" },
        ...{ description: "CN=desk", state: "accepted", first_seen_at: AT, last_seen_at: LATER },
        ...{ accepted_at: AT, accepted_by: "ada" },
      },
    ],
    audit: [
      {
        ...{ id: "a1", at: AT, actor_user_id: "ada", actor_name: "ada", address: "192.0.2.1" },
        ...{
          action: "machine.create",
          subject_kind: "machine",
          subject_id: "machine-1",
          detail: '{"name":"x"}',
        },
      },
    ],
  },
  "0005-site": {
    roles: [{ id: "role-1", name: "Helpdesk", permissions: '["sessions.read"]', created_at: AT }],
    users: [user("hal", { role_id: "role-1" })],
    groups: [{ id: "group-3", name: "Everybody", created_at: AT }],
    group_nesting: [{ group_id: "group-3", member_group_id: "group-1" }],
    group_closure: [{ group_id: "group-3", member_group_id: "group-1" }],
    zones: [{ id: "zone-1", name: "North", description: "", created_at: AT }],
    machines: [{ ...machine("machine-3", null), zone_id: "zone-1", mac_address: "02:00:00:00:00:01" }],
    machine_tags: [{ machine_id: "machine-3", tag: "gpu" }],
    machine_health: [{ machine_id: "machine-3", state: "up", since: AT, detail: "" }],
    policies: [{ id: "policy-1", name: "Strict", says: "{}", created_at: AT }],
  },
  "0007-gateways": {
    gateways: [{ id: "gateway-1", name: "North", public_key: "key", added_at: AT, removed_at: null }],
    gateway_codes: [{ secret_hash: "c1", name: "South", created_at: AT, expires_at: LATER, used_at: null }],
  },
  "0008-sessions": {
    pool_assignments: [{ pool_id: "pool-1", user_id: "bob", machine_id: "machine-1", assigned_at: AT }],
    desktop_preferences: [{ user_id: "bob", pool_id: "pool-1", is_favourite: 1, last_protocol: "vnc" }],
    session_events: [
      { id: "line-1", session_id: "session-1", at: AT, event: "claimed", by_name: "bob", detail: "" },
    ],
    session_messages: [
      { id: "message-1", session_id: "session-1", at: AT, by_name: "ada", text: "Hello", shown_at: null },
    ],
    session_samples: [{ at: AT, live: 1 }],
  },
  "0009-api": {
    idempotency_keys: [{ user_id: "bob", key: "k1", request_hash: "h", sealed_reply: null, claimed_at: AT }],
    api_tokens: [
      {
        ...{ id: "token-1", user_id: "bob", name: "Script", token_hash: "th", scopes: "[]" },
        ...{ created_at: AT, expires_at: LATER, last_used_at: null, last_used_address: null },
      },
    ],
    settings: [{ name: "site", value: "{}" }],
  },
  "0010-settings": {
    settings: [{ name: "other", value: "{}", version: 2 }],
    gateways: [
      {
        ...{ id: "gateway-2", name: "East", public_key: "key", added_at: AT, removed_at: null },
        zone_id: "zone-1",
      },
    ],
  },
  "0011-operating": {
    machines: [
      {
        ...{ ...machine("machine-4", null), mac_address: "02:00:00:00:00:02" },
        ...{ wake_asked_at: LATER, wake_sent_at: AT },
      },
    ],
    session_messages: [
      {
        ...{ id: "message-2", session_id: "session-1", at: AT, by_name: "", text: "The hours end" },
        ...{ shown_at: null, ends_at: LATER },
      },
    ],
    zones: [{ id: "zone-2", name: "South", description: "", created_at: AT, version: 3 }],
  },
};

function user(id: string, more: Readonly<Record<string, string | number | null>>) {
  const fields = { id, name: id, display_name: id, role: "user", password_hash: null };
  return { ...fields, disabled_at: null, last_sign_in_at: null, created_at: AT, ...more };
}

function signIn(id: string, userId: string) {
  const times = { created_at: AT, last_seen_at: AT, expires_at: LATER };
  return { id, token_hash: `hash-${id}`, user_id: userId, ...times, address: "::1", user_agent: "" };
}

function machine(id: string, builtIn: string | null) {
  const fields = { id, name: `Desk ${id}`, description: "", host: "192.0.2.7", is_declared_local: 0 };
  return { ...fields, built_in: builtIn, created_at: AT };
}

function session(id: string, end: Readonly<Record<string, string | number | null>>) {
  const fields = { id, user_id: "bob", pool_id: "pool-1", machine_id: "machine-1", machine_name: "Desk" };
  return { ...fields, started_at: AT, ...end };
}

function connection(id: string, more: Readonly<Record<string, string | number | null>>) {
  return {
    ...{ id, sign_in_id: "sign-in-2", protocol: "vnc", gateway_id: "local", viewer_address: "192.0.2.9" },
    ...{ created_at: AT, opened_at: AT, end_reason: null, detail: "" },
    // More than 32 bits, and the largest that is exact.
    ...{ bytes_to_viewer: 9_007_199_254_740_991, bytes_to_target: 5_000_000_000 },
    ...more,
  };
}

function ticket(hash: string, connectionId: string, use: Readonly<Record<string, number | null>>) {
  return { hash, connection_id: connectionId, expires_at: LATER, ...use };
}

/** Inserts what belongs to `migration`, which must be the newest that `db` has had. */
export async function populateStep(
  db: UntypedDatabase,
  migration: string,
  asNow: (table: string, row: Row) => Row = (_table, row) => row,
): Promise<void> {
  for (const [table, rows] of Object.entries(POPULATION[migration] ?? {}))
    for (const row of rows.map((old) => asNow(table, old))) {
      const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
      await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(
        db,
      );
    }
}

/** Everything above, in a database that is up to date. */
export async function populate(db: Database): Promise<void> {
  for (const migration of Object.keys(MIGRATIONS))
    await populateStep(db.withoutPlugins(), migration, (table, row) =>
      // What was open is active since 0008.
      table === "sessions" && row["state"] === "open" ? { ...row, state: "active" } : row,
    );
}

type Row = Readonly<Record<string, unknown>>;

/** Every row of every table, in the order of their keys. `shape` spares whoever reads often from asking each time. */
export async function readTables(
  db: Database,
  shape?: readonly TableShape[],
): Promise<Readonly<Record<string, readonly Row[]>>> {
  const tables: Record<string, readonly Row[]> = {};
  for (const { name, columns, key } of shape ?? (await shapeOf(MIGRATIONS))) {
    const list = (names: readonly string[]) => sql.join(names.map((column) => sql.ref(column)));
    const { rows } = await sql<Row>`
      select ${list(columns)} from ${sql.table(name)} order by ${list(key)}`.execute(db.withoutPlugins());
    // SQLite's rows have no prototype.
    tables[name] = rows.map((row) => ({ ...row }));
  }
  return tables;
}
