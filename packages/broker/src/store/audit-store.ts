/**
 * The audit in the database.
 *
 * INVARIANT: every append first moves `audit_head`, which locks that row until the transaction ends. The next writer
 * waits there, on SQLite and PostgreSQL alike, so two never follow the same record; the key of `audit_records` would
 * refuse the second if they did. It is moved by compare-and-set from where this process left it; where another process
 * has written since, it is locked and read first.
 */
import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import { mapPage, type Page, type PageRequest } from "../domain/page.ts";
import { Turns } from "../domain/turns.ts";
import { type AuditRecord, type ChainPoint, hashOf } from "../features/audit/chain.ts";
import type {
  Appended,
  AuditFilter,
  AuditPage,
  AuditStore,
  NewAuditRecord,
} from "../features/audit/ports.ts";
import { inOneTransaction, isInOneTransaction } from "./ambient-transaction.ts";
import type { Database } from "./database.ts";
import { type ListShape, readPage } from "./lists.ts";
import type { Tables } from "./tables.ts";

// LIMIT: databases limit the placeholders of a statement.
const RECORDS_PER_STATEMENT = 250;

type Filter = ExpressionBuilder<Tables, "auditRecords">;

/** What a search for a text looks into. */
const SEARCHED = [
  ...(["actorName", "address", "action", "subjectKind"] as const),
  ...(["subjectId", "outcome", "detail"] as const),
];

const AUDIT_LIST: ListShape<"sequence"> = {
  id: "auditRecords.id",
  sorts: { sequence: { column: "auditRecords.sequence", as: "number" } },
  searched: SEARCHED.map((column) => `auditRecords.${column}` as const),
};

export class AuditsStore implements AuditStore {
  readonly #db: Database;
  /**
   * They would all meet at the head of the chain, where PostgreSQL lets one pass and the others begin anew: of a crowd,
   * each would run as often as there are others. In turn, each runs once; other processes are met as before.
   */
  readonly #turns = new Turns();
  /** Where this process left the head, once that was on the disk. */
  #left: ChainPoint | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  appendWith<Result>(
    change: () => Promise<Result>,
    recordsOf: (result: Result) => readonly NewAuditRecord[],
  ): Promise<Appended<Result>> {
    const append = () =>
      inOneTransaction(this.#db, async () => {
        const result = await change();
        return { result, appended: await this.#append(recordsOf(result)) };
      });
    return isInOneTransaction() ? append() : this.#turns.through(() => this.#remember(append()));
  }

  async #remember<Result>(appending: Promise<Appended<Result>>): Promise<Appended<Result>> {
    const done = await appending;
    this.#left = done.appended.at(-1) ?? this.#left;
    return done;
  }

  async holdHead(): Promise<void> {
    await this.#lockHead();
  }

  async list({ before, limit, ...page }: AuditPage): Promise<readonly AuditRecord[]> {
    const rows = await this.#db
      .selectFrom("auditRecords")
      .selectAll()
      .where((eb) => eb.and([...conditions(eb, page), ...(before ? [eb("sequence", "<", before)] : [])]))
      .orderBy("sequence", "desc")
      .limit(limit)
      .execute();
    return rows.map(recordOf);
  }

  async page(request: PageRequest<"sequence">, filter: AuditFilter): Promise<Page<AuditRecord>> {
    const rows = this.#db
      .selectFrom("auditRecords")
      .selectAll()
      .where((eb) => eb.and(conditions(eb, filter)));
    return mapPage(await readPage(rows, AUDIT_LIST, request), recordOf);
  }

  async listAfter(sequence: number, limit: number): Promise<readonly AuditRecord[]> {
    const rows = await this.#db
      .selectFrom("auditRecords")
      .selectAll()
      .where("sequence", ">", sequence)
      .orderBy("sequence")
      .limit(limit)
      .execute();
    return rows.map(recordOf);
  }

  async head(): Promise<ChainPoint> {
    const row = await this.#db.selectFrom("auditHead").select(["sequence", "hash"]).executeTakeFirstOrThrow();
    return { sequence: Number(row.sequence), hash: row.hash };
  }

  async lastBefore(at: number): Promise<(ChainPoint & { readonly count: number }) | undefined> {
    // By place in the chain, not by time alone: a clock that went back must not tear a hole.
    const kept = await this.#db
      .selectFrom("auditRecords")
      .select(({ fn }) => fn.min("sequence").as("sequence"))
      .where("at", ">=", at)
      .executeTakeFirst();
    const { sequence: head } = await this.head();
    const through = (Number(kept?.sequence ?? 0) || head + 1) - 1;
    const row = await this.#db
      .selectFrom("auditRecords")
      .select(["sequence", "hash"])
      .where("sequence", "=", through)
      .executeTakeFirst();
    if (!row) return undefined;
    const { count } = await this.#db
      .selectFrom("auditRecords")
      .select(({ fn }) => fn.countAll().as("count"))
      .where("sequence", "<=", through)
      .executeTakeFirstOrThrow();
    return { sequence: Number(row.sequence), hash: row.hash, count: Number(count) };
  }

  async deleteThrough(sequence: number): Promise<void> {
    await this.#db.deleteFrom("auditRecords").where("sequence", "<=", sequence).execute();
  }

  /** Call it inside a transaction. */
  async #append(records: readonly NewAuditRecord[]): Promise<readonly AuditRecord[]> {
    if (records.length === 0) return [];
    const appended =
      (this.#left && (await this.#moveHead(this.#left, records))) ??
      (await this.#moveHead(await this.#lockHead(), records));
    if (!appended) throw new Error("the audit's head moved while it was locked");
    for (let begin = 0; begin < appended.length; begin += RECORDS_PER_STATEMENT) {
      const some = appended.slice(begin, begin + RECORDS_PER_STATEMENT);
      await this.#db.insertInto("auditRecords").values(some).execute();
    }
    return appended;
  }

  async #lockHead(): Promise<ChainPoint> {
    const head = await this.#db
      .updateTable("auditHead")
      .set((eb) => ({ sequence: eb.ref("sequence") }))
      .returning(["sequence", "hash"])
      .executeTakeFirstOrThrow();
    return { sequence: Number(head.sequence), hash: head.hash };
  }

  /** The records as they follow `from`; `undefined` where the head is not there. */
  async #moveHead(
    from: ChainPoint,
    records: readonly NewAuditRecord[],
  ): Promise<readonly AuditRecord[] | undefined> {
    const chained = chain(from, records);
    const { sequence, hash } = chained.at(-1) ?? from;
    const { numUpdatedRows } = await this.#db
      .updateTable("auditHead")
      .set({ sequence, hash })
      .where("sequence", "=", from.sequence)
      .where("hash", "=", from.hash)
      .executeTakeFirst();
    return numUpdatedRows === 1n ? chained : undefined;
  }
}

function chain(from: ChainPoint, records: readonly NewAuditRecord[]): readonly AuditRecord[] {
  let last = from;
  return records.map((record) => {
    const placed = { ...record, sequence: last.sequence + 1, previousHash: last.hash };
    const whole = { ...placed, hash: hashOf(placed) };
    last = whole;
    return whole;
  });
}

function conditions(eb: Filter, { from, to, actor, action, subject, text }: Omit<AuditPage, "limit">) {
  const [kind = "", ...id] = subject?.split(":") ?? [];
  return [
    ...(from === undefined ? [] : [eb("at", ">=", from)]),
    ...(to === undefined ? [] : [eb("at", "<", to)]),
    ...(actor === undefined ? [] : [eb.or([eb("actorUserId", "=", actor), eb("actorName", "=", actor)])]),
    ...(action === undefined ? [] : [actionIs(eb, action)]),
    ...(subject === undefined
      ? []
      : [
          0 < id.length
            ? eb.and([eb("subjectKind", "=", kind), eb("subjectId", "=", id.join(":"))])
            : eb.or([eb("subjectKind", "=", subject), eb("subjectId", "=", subject)]),
        ]),
    ...(text === undefined ? [] : [eb.or(SEARCHED.map((column) => holds(eb, column, text)))]),
  ];
}

function actionIs(eb: Filter, action: string) {
  if (!action.endsWith(".")) return eb("action", "=", action);
  return sql<boolean>`${eb.ref("action")} like ${`${escaped(action)}%`} escape '!'`;
}

function holds(eb: Filter, column: (typeof SEARCHED)[number], text: string) {
  return sql<boolean>`lower(${eb.ref(column)}) like ${`%${escaped(text.toLowerCase())}%`} escape '!'`;
}

/** For LIKE, where `%` and `_` stand for others. */
function escaped(text: string): string {
  return text.replaceAll(/[!%_]/g, "!$&");
}

function recordOf(row: Selectable<Tables["auditRecords"]>): AuditRecord {
  // PostgreSQL may hand a bigint over as text.
  return { ...row, sequence: Number(row.sequence), at: Number(row.at) };
}
