/**
 * The chain of the audit: what is hashed, and whether a run of records is whole. Pure; docs/guides/audit.md spells the
 * same for others.
 *
 * INVARIANT: {@link CHAIN_FORMAT} and the text made here are frozen. Another text is another format with another name.
 */
import { createHash } from "node:crypto";

export const CHAIN_FORMAT = "deskgate-audit-1";

/** What the first record names as its predecessor. */
export const GENESIS_HASH = "0".repeat(64);

/** The record that stands for those that were pruned before it; `throughSequence` and `throughHash` are in its detail. */
export const PRUNED_ACTION = "audit.pruned";

/** One record as it is stored. `detail` is the very text of a JSON object. */
export interface AuditRecord {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly id: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** Null where the program itself acted, or nobody is known. */
  readonly actorUserId: string | null;
  readonly actorName: string;
  readonly address: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
  readonly detail: string;
}

/** The text whose UTF-8 bytes are hashed: a JSON array without spaces, in this order. */
export function canonicalText(record: Omit<AuditRecord, "hash">): string {
  const { sequence, previousHash, id, at, actorUserId, actorName, address } = record;
  const { action, subjectKind, subjectId, outcome, detail } = record;
  return JSON.stringify([
    ...[CHAIN_FORMAT, sequence, previousHash, id, at, actorUserId, actorName, address],
    ...[action, subjectKind, subjectId, outcome, detail],
  ]);
}

/** SHA-256 in lower-case hexadecimal. */
export function hashOf(record: Omit<AuditRecord, "hash">): string {
  return createHash("sha256").update(canonicalText(record), "utf8").digest("hex");
}

/** A point of the chain that someone remembers. */
export interface ChainPoint {
  readonly sequence: number;
  readonly hash: string;
}

/** What is wrong at a record: its fields, its place, its link to the one before, or that it is not there. */
export type ChainFault = "changed" | "missing" | "unlinked" | "out-of-order" | "cut" | "rewritten";

export type ChainVerdict =
  | { readonly isWhole: true; readonly count: number; readonly first: number; readonly head: ChainPoint }
  | { readonly isWhole: false; readonly fault: ChainFault; readonly sequence: number; readonly why: string };

/** Reads records in the order of the store and stops at the first that is bad. */
export class ChainVerifier {
  readonly #remembered: readonly ChainPoint[];
  #first: AuditRecord | undefined;
  #last: ChainPoint | undefined;
  #count = 0;
  #checkpoint: ChainPoint | undefined;
  #fault: ChainVerdict | undefined;

  /** `remembered`: heads that somebody wrote down elsewhere. */
  constructor(remembered: readonly ChainPoint[] = []) {
    this.#remembered = remembered;
  }

  /** Whether it is worth going on. */
  take(record: AuditRecord): boolean {
    this.#fault ??= this.#judge(record);
    if (this.#fault) return false;
    this.#first ??= record;
    this.#last = { sequence: record.sequence, hash: record.hash };
    this.#count += 1;
    if (record.action === PRUNED_ACTION) this.#checkpoint = checkpointOf(record) ?? this.#checkpoint;
    return true;
  }

  /** `stored`: the last record that the store says it wrote, asked for after the records were read. */
  finish(stored?: ChainPoint): ChainVerdict {
    if (this.#fault) return this.#fault;
    const head = this.#last ?? { sequence: 0, hash: GENESIS_HASH };
    const first = this.#first?.sequence ?? 1;
    const unexplained = this.#judgeBeginning();
    if (unexplained) return unexplained;
    for (const point of this.#remembered) {
      if (head.sequence < point.sequence)
        return fault("cut", head.sequence + 1, `records up to ${point.sequence} were written`);
    }
    if (stored && stored.sequence < head.sequence)
      return fault("out-of-order", stored.sequence + 1, "it was not written through the program");
    return { isWhole: true, count: this.#count, first, head };
  }

  #judge(record: AuditRecord): ChainVerdict | undefined {
    const { sequence, previousHash, hash } = record;
    const expected = this.#last ? this.#last.sequence + 1 : sequence;
    if (expected < sequence) return fault("missing", expected, `the next record is ${sequence}`);
    if (sequence < expected) return fault("out-of-order", sequence, `it stands where ${expected} belongs`);
    if (hashOf(record) !== hash) return fault("changed", sequence, "its hash is not the hash of its fields");
    const before = this.#last?.hash ?? (sequence === 1 ? GENESIS_HASH : previousHash);
    if (previousHash !== before)
      return fault(
        "unlinked",
        sequence,
        "it does not name the record before it; one of the two was replaced",
      );
    if (this.#remembered.some((point) => point.sequence === sequence && point.hash !== hash))
      return fault("rewritten", sequence, "it is not the record that was remembered");
    return undefined;
  }

  /** A chain that does not begin at 1 must say itself where it was cut. */
  #judgeBeginning(): ChainVerdict | undefined {
    const first = this.#first;
    if (!first || first.sequence === 1) return undefined;
    const { sequence, hash } = this.#checkpoint ?? { sequence: 0, hash: GENESIS_HASH };
    if (sequence + 1 < first.sequence)
      return fault("missing", sequence + 1, `the first record is ${first.sequence}, and no pruning says why`);
    if (sequence + 1 === first.sequence && hash !== first.previousHash)
      return fault("unlinked", first.sequence, "it does not continue what was pruned");
    return undefined;
  }
}

function fault(kind: ChainFault, sequence: number, why: string): ChainVerdict {
  return { isWhole: false, fault: kind, sequence, why };
}

function checkpointOf({ detail }: AuditRecord): ChainPoint | undefined {
  try {
    const { throughSequence, throughHash }: Record<string, unknown> = JSON.parse(detail);
    if (typeof throughSequence !== "number" || typeof throughHash !== "string") return undefined;
    return { sequence: throughSequence, hash: throughHash };
  } catch {
    return undefined;
  }
}
