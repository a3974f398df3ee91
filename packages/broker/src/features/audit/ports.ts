/** What keeping the audit needs of others. */
import type { Page, PageRequest } from "../../domain/page.ts";
import type { AuditRecord, ChainPoint } from "./chain.ts";

/** A record that has no place in the chain yet. */
export type NewAuditRecord = Omit<AuditRecord, "sequence" | "previousHash" | "hash">;

/** Which records are wanted; an absent field wants all. */
export interface AuditFilter {
  /** Inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
  /** A user's id or name. */
  readonly actor?: string | undefined;
  /** `subject.verb`, or `subject.` for all verbs of it. */
  readonly action?: string | undefined;
  /** A kind, an id, or `kind:id`. */
  readonly subject?: string | undefined;
  /** Anywhere in names, address, action, subject, outcome or detail. */
  readonly text?: string | undefined;
}

export interface AuditPage extends AuditFilter {
  /** Only records before this one. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface Appended<Result> {
  readonly result: Result;
  readonly appended: readonly AuditRecord[];
}

/** INVARIANT: records are added, read, and pruned from the beginning; never changed. */
export interface AuditStore {
  /**
   * Runs `change` and appends what `recordsOf` makes of its result, in one transaction: neither is there without the
   * other. Writers wait for each other, so that the chain never forks.
   */
  appendWith<Result>(
    change: () => Promise<Result>,
    recordsOf: (result: Result) => readonly NewAuditRecord[],
  ): Promise<Appended<Result>>;
  /** Inside a change: no other writer appends until it ends. */
  holdHead(): Promise<void>;
  /** Newest first. */
  list(page: AuditPage): Promise<readonly AuditRecord[]>;
  page(request: PageRequest<"sequence">, filter: AuditFilter): Promise<Page<AuditRecord>>;
  /** Oldest first, after `sequence`, at most `limit`. */
  listAfter(sequence: number, limit: number): Promise<readonly AuditRecord[]>;
  /** The last record written; sequence 0 while there is none. */
  head(): Promise<ChainPoint>;
  /** The last record that is older than `at`, and how many records go with it. */
  lastBefore(at: number): Promise<(ChainPoint & { readonly count: number }) | undefined>;
  deleteThrough(sequence: number): Promise<void>;
}
