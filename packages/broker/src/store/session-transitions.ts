/**
 * The session state machine at work on rows: what `domain/session-state.ts` decides is written by compare-and-set, with
 * its line of the story. Call these inside a transaction.
 */
import { randomUUID } from "node:crypto";
import type { EndReason, Release, SessionEventName } from "@deskgate/contract";
import { DEFAULT_RELEASE } from "@deskgate/contract";
import {
  advanceSession,
  type SessionEvent,
  type SessionStatus,
  sessionStatusOf,
} from "../domain/session-state.ts";
import type { Queries } from "./database.ts";

export interface StoryLine {
  readonly sessionId: string;
  readonly at: number;
  readonly event: SessionEventName;
  readonly by?: string;
  readonly detail: string;
}

interface Happening {
  readonly sessionId: string;
  readonly event: SessionEvent;
  readonly at: number;
  readonly detail?: string;
}

interface KeptSession {
  readonly status: SessionStatus;
  readonly release: Release;
}

/** The status after the event; `undefined` where there is no such session. */
export async function applyToSession(
  trx: Queries,
  { sessionId, event, at, detail = "" }: Happening,
): Promise<SessionStatus | undefined> {
  const kept = await readStatus(trx, sessionId);
  if (!kept) return undefined;
  const { status, release } = kept;
  const next = advanceSession(status, event, { now: at, release });
  if (next === status) return status;
  await writeStatus(trx, { sessionId, before: status, next });
  const line = lineOf(status, next);
  if (line !== undefined)
    await writeStory(trx, [{ sessionId, at, event: line, detail: detailOf(next.reason, detail) }]);
  return next;
}

async function readStatus(trx: Queries, sessionId: string): Promise<KeptSession | undefined> {
  const row = await trx
    .selectFrom("sessions")
    .leftJoin("pools", "pools.id", "sessions.poolId")
    .select(["sessions.state", "sessions.stateReason", "sessions.stateSince", "sessions.leaseExpiresAt"])
    .select(["pools.id as poolId", "pools.releaseAfterMs", "pools.releaseOnSignOut"])
    .where("sessions.id", "=", sessionId)
    .executeTakeFirst();
  if (!row) return undefined;
  const status = sessionStatusOf({
    state: row.state,
    reason: row.stateReason,
    since: row.stateSince,
    leaseExpiresAt: row.leaseExpiresAt ?? undefined,
  });
  const release = { afterDisconnectMs: row.releaseAfterMs, onSignOut: row.releaseOnSignOut === 1 };
  return { status, release: row.poolId === null ? DEFAULT_RELEASE : release };
}

async function writeStatus(
  trx: Queries,
  change: { readonly sessionId: string; readonly before: SessionStatus; readonly next: SessionStatus },
): Promise<void> {
  const { sessionId, before, next } = change;
  const over = next.state === "ended" ? { endedAt: next.since, endReason: next.reason } : {};
  const { numUpdatedRows } = await trx
    .updateTable("sessions")
    .set({
      ...{ state: next.state, stateReason: next.reason, stateSince: next.since, ...over },
      leaseExpiresAt: next.leaseExpiresAt ?? null,
    })
    .where("id", "=", sessionId)
    .where("state", "=", before.state)
    .where("stateSince", "=", before.since)
    .executeTakeFirst();
  // Transactions are serializable, so nobody can have come between; a store that were not so would show here.
  if (numUpdatedRows !== 1n) throw new Error("a session changed inside the transaction that read it");
}

/** The line of the story that a change of state is; lines of single viewers are written where they come and go. */
function lineOf(before: SessionStatus, next: SessionStatus): SessionEventName | undefined {
  if (before.state === next.state) return undefined;
  return next.state === "disconnected" || next.state === "ended" ? next.state : undefined;
}

function detailOf(reason: string, detail: string): string {
  return detail === "" ? reason : `${reason}: ${detail}`;
}

let linesWritten = 0;

/** Sorts as the lines were written, also those of one millisecond; lines of two processes never meet in one id. */
function lineId(at: number): string {
  linesWritten += 1;
  const place = linesWritten.toString(36).padStart(8, "0");
  return `${at.toString().padStart(15, "0")}-${place}-${randomUUID().slice(0, 8)}`;
}

export async function writeStory(trx: Queries, lines: readonly StoryLine[]): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ by = "", ...line }) => ({ ...line, id: lineId(line.at), byName: by }));
  await trx.insertInto("sessionEvents").values(rows).execute();
}

/** Tells each of `sessionIds` that has no live connection left that its viewers are gone. */
export async function settleSessions(
  trx: Queries,
  sessionIds: readonly string[],
  ending: { readonly at: number; readonly reason: EndReason; readonly detail: string },
): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const sessionId of new Set(sessionIds)) {
    const live = await trx
      .selectFrom("connections")
      .select("id")
      .where("sessionId", "=", sessionId)
      .where("state", "!=", "ended")
      .limit(1)
      .executeTakeFirst();
    if (live) continue;
    const event = { type: "viewers-gone", reason: ending.reason } as const;
    const status = await applyToSession(trx, { sessionId, event, at: ending.at, detail: ending.detail });
    if (status?.state === "ended" && status.since === ending.at) ended.push(sessionId);
  }
  return ended;
}
