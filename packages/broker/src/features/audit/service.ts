/** The audit: what was done or refused, to what, by whom, from where. Append-only and chained. */
import type { ErrorCode } from "@deskgate/contract";
import type { Actor } from "../../domain/caller.ts";
import type { Clock, Random } from "../../domain/clock.ts";
import type { Page, PageRequest } from "../../domain/page.ts";
import {
  type AuditRecord,
  type ChainPoint,
  type ChainVerdict,
  ChainVerifier,
  PRUNED_ACTION,
} from "./chain.ts";
import type { Appended, AuditFilter, AuditPage, AuditStore, NewAuditRecord } from "./ports.ts";
import { RefusalBudget } from "./refusal-budget.ts";

interface AuditDeps {
  readonly store: AuditStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of every record once it is on the disk. */
  readonly onAudit?: ((record: AuditRecord) => void) | undefined;
}

type Detail = Readonly<Record<string, unknown>>;

/** `action` is `subject.verb` and stable. INVARIANT: `detail` holds no secret. */
export interface Deed {
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Absent means `ok`. */
  readonly outcome?: ErrorCode | undefined;
  readonly detail?: Detail | undefined;
}

/** Where the program itself acts. */
export const PROGRAM: Actor = { userId: undefined, name: "deskgate", address: "" };

// LIMIT: characters of a detail; what is longer is left out, and the record says so.
const MAX_DETAIL_CHARACTERS = 16_384;
// LIMIT: records of one read while all are read.
const READ_AT_ONCE = 1_000;

export class AuditService {
  readonly #deps: AuditDeps;
  readonly #budget = new RefusalBudget();

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  async record(actor: Actor, ...deeds: readonly Deed[]): Promise<void> {
    await this.change(
      actor,
      async () => undefined,
      () => deeds,
    );
  }

  /**
   * For refusals that anybody can cause without signing in. Beyond a number in each minute they are counted, and one
   * record says how many there were, so that nobody fills the disk.
   */
  async recordRefusal(actor: Actor, deed: Deed): Promise<void> {
    const decided = this.#budget.spend(this.#deps.clock.now());
    if (0 < decided.omitted) {
      const subject = { kind: "audit", id: "" };
      await this.record(PROGRAM, {
        action: "audit.refusals_omitted",
        subject,
        detail: { count: decided.omitted },
      });
    }
    if (decided.isGranted) await this.record(actor, deed);
  }

  /** Refusals that were not even told; see {@link recordRefusal}. */
  countOmitted(count: number): void {
    this.#budget.omit(count);
  }

  /**
   * Makes a change and records it, both or neither. `change` writes to the database and does nothing slow: a network
   * call inside would hold the transaction open. Who did it may only be known from the result.
   */
  async change<Result>(
    actor: Actor | ((result: Result) => Actor),
    change: () => Promise<Result>,
    deedsOf: (result: Result) => Deed | readonly Deed[],
  ): Promise<Result> {
    const actorOf = typeof actor === "function" ? actor : () => actor;
    const recordsOf = (result: Result) =>
      [deedsOf(result)].flat().map((deed) => this.#recordOf(actorOf(result), deed));
    return this.#tell(await this.#deps.store.appendWith(change, recordsOf));
  }

  /**
   * The same for a change that takes seconds. Others that are recorded wait from its beginning instead of making it
   * begin anew each time one of them is done.
   */
  async changeMuch<Result>(
    actor: Actor,
    change: () => Promise<Result>,
    deedsOf: (result: Result) => readonly Deed[],
  ): Promise<Result> {
    const recordsOf = (result: Result) => deedsOf(result).map((deed) => this.#recordOf(actor, deed));
    const first = async () => {
      await this.#deps.store.holdHead();
      return change();
    };
    return this.#tell(await this.#deps.store.appendWith(first, recordsOf));
  }

  list(page: AuditPage): Promise<readonly AuditRecord[]> {
    return this.#deps.store.list(page);
  }

  page(request: PageRequest<"sequence">, filter: AuditFilter): Promise<Page<AuditRecord>> {
    return this.#deps.store.page(request, filter);
  }

  /** Every record that `filter` lets through, oldest first. */
  async *readAll({ from, to }: Pick<AuditFilter, "from" | "to"> = {}): AsyncGenerator<AuditRecord> {
    let after = 0;
    for (;;) {
      const page = await this.#deps.store.listAfter(after, READ_AT_ONCE);
      for (const record of page) {
        if ((from ?? Number.NEGATIVE_INFINITY) <= record.at && record.at < (to ?? Number.POSITIVE_INFINITY))
          yield record;
      }
      const last = page.at(-1);
      if (!last) return;
      after = last.sequence;
    }
  }

  /** Whether the chain is whole. Records may be added meanwhile. */
  async verify(remembered: readonly ChainPoint[] = []): Promise<ChainVerdict> {
    // What comes later is left for the next check: a busy site must not be chased for ever.
    const until = await this.head();
    const verifier = new ChainVerifier([...remembered, until]);
    for await (const record of this.readAll())
      if (!verifier.take(record) || until.sequence < record.sequence) break;
    // One past it was read: either the head has moved on as well by now, or it was put in without the program.
    return verifier.finish(await this.head());
  }

  head(): Promise<ChainPoint> {
    return this.#deps.store.head();
  }

  /** Deletes records older than `at`; a record that carries the hash of the last of them keeps the chain whole. */
  async prune(at: number): Promise<void> {
    const { store } = this.#deps;
    if (!(await store.lastBefore(at))) return;
    const cut = async () => {
      // Asked again inside the transaction: another process may have pruned meanwhile.
      const last = await store.lastBefore(at);
      if (last) await store.deleteThrough(last.sequence);
      return last;
    };
    await this.change(PROGRAM, cut, (last) => {
      if (!last) return [];
      const { sequence: throughSequence, hash: throughHash, count } = last;
      const subject = { kind: "audit", id: String(throughSequence) };
      return { action: PRUNED_ACTION, subject, detail: { throughSequence, throughHash, count } };
    });
  }

  #tell<Result>({ result, appended }: Appended<Result>): Result {
    for (const record of appended) this.#deps.onAudit?.(record);
    return result;
  }

  #recordOf({ userId, name, address }: Actor, { action, subject, outcome, detail }: Deed): NewAuditRecord {
    const { clock, random } = this.#deps;
    return {
      ...{ id: random.uuid(), at: clock.now(), action },
      ...{ actorUserId: userId ?? null, actorName: storable(name), address: storable(address) },
      ...{ subjectKind: subject.kind, subjectId: storable(subject.id) },
      ...{ outcome: outcome ?? "ok", detail: detailText(detail ?? {}) },
    };
  }
}

function detailText(detail: Detail): string {
  const text = JSON.stringify(detail);
  return text.length <= MAX_DETAIL_CHARACTERS ? text : JSON.stringify({ omittedCharacters: text.length });
}

/** No database takes a NUL in a text, and UTF-8 has no lone surrogates. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
