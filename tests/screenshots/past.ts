/**
 * What a site has after some weeks: ended sessions, the curve of a day, sign-ins, and what probes have found.
 *
 * Written into the database beside the running program, since no time can be waited for. The audit stays as it is: its
 * chain is the program's own.
 */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { EndReason } from "@deskgate/contract";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SAMPLE_MS = 5 * MINUTE_MS;
const SAMPLES = 286;
/** They say what the other numbers of the page say. */
const NEWEST_SAMPLES = 3;
const ENDED_SESSIONS = 60;
const REASONS: readonly EndReason[] = [
  "ended_by_person",
  "released",
  "ended_by_person",
  "signed_out",
  "idle_limit",
  "killed",
];

export async function writePast(dataDirectory: string): Promise<void> {
  const db = new DatabaseSync(join(dataDirectory, "deskgate.sqlite"), { timeout: 10_000 });
  try {
    db.exec("BEGIN IMMEDIATE");
    writeCurve(db);
    writeSessions(db);
    writeSignIns(db);
    writeHealth(db);
    writeIdentities(db);
    writeGateway(db);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

/** What machines are like by their probes; asked for again before a picture, since probes of made-up hosts go on. */
export function refreshHealth(dataDirectory: string): void {
  const db = new DatabaseSync(join(dataDirectory, "deskgate.sqlite"), { timeout: 10_000 });
  writeHealth(db);
  db.close();
}

/** Few at night, most before and after noon; the broker was down for a while in the small hours. */
function writeCurve(db: DatabaseSync): void {
  const insert = db.prepare(
    "INSERT INTO session_samples (at, live) VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET live = excluded.live",
  );
  const live = db.prepare("SELECT count(*) AS count FROM sessions WHERE ended_at IS NULL").get()?.["count"];
  const now = Date.now() - (Date.now() % SAMPLE_MS);
  for (let back = 0; back <= SAMPLES; back++) {
    const at = now - back * SAMPLE_MS;
    const hour = new Date(at).getHours() + new Date(at).getMinutes() / 60;
    if (3 <= hour && hour < 3.6) continue;
    const working = Math.exp(-((hour - 10.5) ** 2) / 8) + 0.85 * Math.exp(-((hour - 15) ** 2) / 7);
    if (back < NEWEST_SAMPLES) insert.run(at, Number(live));
    else insert.run(at, Math.max(0, Math.round(1 + 7 * working + wobble(back))));
  }
}

function wobble(at: number): number {
  return 0.6 * Math.sin(at * 0.31) + 0.7 * Math.sin(at * 0.11);
}

interface Place {
  readonly machine_id: string;
  readonly machine_name: string;
  readonly pool_id: string;
  readonly pool_name: string;
}

function writeSessions(db: DatabaseSync): void {
  const places = db
    .prepare(
      `SELECT m.id AS machine_id, m.name AS machine_name, p.id AS pool_id, p.name AS pool_name
       FROM pool_members pm JOIN machines m ON m.id = pm.machine_id JOIN pools p ON p.id = pm.pool_id
       WHERE p.name IN ('Office desktops', 'CAD workstations', 'Physics lab') ORDER BY m.name`,
    )
    .all() as unknown as readonly Place[]; // the columns named above
  const people = db.prepare("SELECT id FROM users ORDER BY name LIMIT 12").all();
  const session = db.prepare(
    `INSERT INTO sessions (id, user_id, pool_id, machine_id, machine_name, pool_name, state, state_reason,
       state_since, lease_expires_at, is_exclusive, started_at, ended_at, end_reason)
     VALUES (?, ?, ?, ?, ?, ?, 'ended', ?, ?, NULL, 1, ?, ?, ?)`,
  );
  for (let at = 0; at < ENDED_SESSIONS; at++) {
    const place = places[(at * 5) % places.length];
    const person = people[(at * 7) % people.length];
    if (!place || !person) return;
    const reason = REASONS[at % REASONS.length] ?? "released";
    const endedAt = Date.now() - at * 2.7 * HOUR_MS - 9 * MINUTE_MS;
    const startedAt = endedAt - (12 + ((at * 37) % 400)) * MINUTE_MS;
    const { machine_id, machine_name, pool_id, pool_name } = place;
    const who = [randomUUID(), String(person["id"]), pool_id, machine_id, machine_name, pool_name];
    session.run(...who, reason, Math.round(endedAt), Math.round(startedAt), Math.round(endedAt), reason);
  }
}

function writeSignIns(db: DatabaseSync): void {
  const people = db.prepare("SELECT id FROM users WHERE last_sign_in_at IS NULL ORDER BY name").all();
  const update = db.prepare("UPDATE users SET last_sign_in_at = ? WHERE id = ?");
  for (const [at, { id }] of people.entries())
    if (at % 6 !== 0) update.run(Math.round(Date.now() - (at + 1) ** 1.6 * 17 * MINUTE_MS), String(id));
}

function writeHealth(db: DatabaseSync): void {
  const machines = db
    .prepare("SELECT id, name FROM machines WHERE built_in IS NULL AND is_declared_local = 0 ORDER BY name")
    .all();
  const write = db.prepare(
    `INSERT INTO machine_health (machine_id, state, since, detail) VALUES (?, ?, ?, ?)
     ON CONFLICT (machine_id) DO UPDATE SET state = excluded.state, since = excluded.since, detail = excluded.detail`,
  );
  for (const [at, { id, name }] of machines.entries()) {
    const isDown = name === "Desk 4" || at % 17 === 11;
    const since = Date.now() - (at + 2) * 41 * MINUTE_MS;
    const detail = isDown ? "rdp: nobody answers at 10.30.1.14:3389" : "rdp: answers";
    write.run(String(id), isDown ? "down" : "up", since, detail);
  }
}

/** One machine shows another certificate than the one that was believed. */
function writeIdentities(db: DatabaseSync): void {
  const write = db.prepare(
    `INSERT INTO machine_identities (id, machine_id, protocol, kind, fingerprint, description, state, first_seen_at,
       last_seen_at, accepted_at, accepted_by)
     SELECT ?, id, 'rdp', 'certificate', ?, ?, ?, ?, ?, ?, NULL FROM machines WHERE name = ?`,
  );
  const seen = (name: string, of: string, state: "accepted" | "refused", daysAgo: number) => {
    const fingerprint = createHash("sha256").update(`${name} ${of}`).digest("hex");
    const at = Date.now() - daysAgo * 24 * HOUR_MS;
    const accepted = state === "accepted" ? at : null;
    write.run(randomUUID(), fingerprint, `CN=${of}`, state, at, at + HOUR_MS, accepted, name);
  };
  for (const name of ["Desk 1", "Desk 2", "Desk 3"])
    seen(name, name.replace(" ", "-").toLowerCase(), "accepted", 40);
  seen("Desk 2", "desk-2-new", "refused", 1);
}

/** It has joined, served its zone, and been switched off for the night. */
function writeGateway(db: DatabaseSync): void {
  const seenAt = Date.now() - 6 * HOUR_MS;
  db.prepare(
    `INSERT INTO gateways (id, name, public_key, zone_id, version, added_at, last_seen_at)
     SELECT ?, 'harbour', ?, id, '0.1.0', ?, ? FROM zones WHERE name = 'Branch office'`,
  ).run(randomUUID(), randomUUID(), seenAt - 400 * HOUR_MS, seenAt);
}
