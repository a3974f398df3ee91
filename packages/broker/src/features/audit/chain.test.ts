import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AuditRecord,
  type ChainPoint,
  ChainVerifier,
  canonicalText,
  GENESIS_HASH,
  hashOf,
  PRUNED_ACTION,
} from "./chain.ts";
import { REFUSALS_PER_MINUTE, RefusalBudget } from "./refusal-budget.ts";

type Fields = Omit<AuditRecord, "sequence" | "previousHash" | "hash">;

const fields: Fields = {
  id: "6f2d0c3e-0000-4000-8000-000000000001",
  at: 1_767_225_600_000,
  actorUserId: null,
  actorName: "deskgate",
  address: "",
  action: "user.created",
  subjectKind: "user",
  subjectId: "6f2d0c3e-0000-4000-8000-000000000002",
  outcome: "ok",
  detail: '{"name":"admin"}',
};

function chainOf(records: readonly Fields[], before: ChainPoint = { sequence: 0, hash: GENESIS_HASH }) {
  let last = before;
  return records.map((record) => {
    const placed = { ...record, sequence: last.sequence + 1, previousHash: last.hash };
    const whole = { ...placed, hash: hashOf(placed) };
    last = whole;
    return whole;
  });
}

interface Known {
  readonly head?: ChainPoint;
  readonly points?: readonly ChainPoint[];
}

function verify(records: readonly AuditRecord[], { head, points = [] }: Known = {}) {
  const verifier = new ChainVerifier(head ? [...points, head] : points);
  for (const record of records) if (!verifier.take(record)) break;
  return verifier.finish(head);
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const anyFields: fc.Arbitrary<Fields> = fc.record({
  ...{ id: fc.uuid(), at: fc.nat(), actorUserId: fc.option(fc.uuid()), actorName: text, address: text },
  ...{ action: text, subjectKind: text, subjectId: text, outcome: text },
  detail: fc.dictionary(text, fc.jsonValue()).map((value) => JSON.stringify(value)),
});
const anyChain = fc.array(anyFields, { minLength: 2, maxLength: 12 }).map((all) => chainOf(all));

test("the bytes that are hashed are those of the guide", () => {
  const record = { ...fields, sequence: 1, previousHash: GENESIS_HASH };
  const expected = `["deskgate-audit-1",1,"${GENESIS_HASH}","${fields.id}",1767225600000,null,"deskgate","","user.created","user","${fields.subjectId}","ok","{\\"name\\":\\"admin\\"}"]`;
  expect(canonicalText(record)).toBe(expected);
  expect(hashOf(record)).toBe(createHash("sha256").update(expected, "utf8").digest("hex"));
});

describe("a chain", () => {
  test("that nobody touched is whole, whatever stands in it", () => {
    fc.assert(
      fc.property(anyChain, (chain) => {
        const head = { sequence: chain.length, hash: chain.at(-1)?.hash ?? "" };
        expect(verify(chain, { head, points: [head] })).toEqual({
          ...{ isWhole: true, count: chain.length, first: 1, head },
        });
      }),
    );
  });

  test("with any field of any record changed is bad at that record", () => {
    const names = Object.keys(fields) as (keyof Fields)[]; // the keys of the literal above
    fc.assert(
      fc.property(anyChain, fc.nat(), fc.constantFrom(...names), (chain, pick, name) => {
        const at = pick % chain.length;
        const changed = chain.map((record, index) =>
          index === at ? { ...record, [name]: name === "at" ? record.at + 1 : `${record[name]}x` } : record,
        );
        expect(verify(changed)).toMatchObject({ isWhole: false, fault: "changed", sequence: at + 1 });
      }),
    );
  });

  test("with a record taken out of the middle is bad at its number", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (chain, pick) => {
        const at = pick % (chain.length - 1);
        const cut = chain.toSpliced(at, 1);
        expect(verify(cut)).toMatchObject({ isWhole: false, fault: "missing", sequence: at + 1 });
      }),
    );
  });

  test("with two records in each other's place is bad at the first, however their numbers are set", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), fc.nat(), (chain, one, other) => {
        const [a, b] = [one % chain.length, other % chain.length].sort((x, y) => x - y);
        const [first, second] = [chain[a ?? 0], chain[b ?? 0]];
        fc.pre(first !== undefined && second !== undefined && first !== second);
        if (!first || !second) return;
        const moved = chain.with(a ?? 0, second).with(b ?? 0, first);
        // A chain may begin late, where it was pruned; so the first place alone says nothing yet.
        const bad = first.sequence === 1 ? { isWhole: false } : { isWhole: false, sequence: first.sequence };
        expect(verify(moved)).toMatchObject(bad);
        const renumbered = moved.map((record, index) => ({ ...record, sequence: index + 1 }));
        expect(verify(renumbered)).toMatchObject({ isWhole: false, sequence: first.sequence });
      }),
    );
  });

  test("with a record replaced and its own hash mended is bad at the next", () => {
    const chain = chainOf([fields, fields, fields]);
    const forged = { ...fields, sequence: 2, previousHash: chain[0]?.hash ?? "", actorName: "mallory" };
    const mended = chain.with(1, { ...forged, hash: hashOf(forged) });
    expect(verify(mended)).toMatchObject({ isWhole: false, fault: "unlinked", sequence: 3 });
  });

  test("whose tail was cut is bad behind its last record, by the store's head or by one that was remembered", () => {
    const chain = chainOf([fields, fields, fields]);
    const head = { sequence: 3, hash: chain[2]?.hash ?? "" };
    const cut = chain.slice(0, 2);
    expect(verify(cut, { head })).toMatchObject({ isWhole: false, fault: "cut", sequence: 3 });
    expect(verify(cut, { points: [head] })).toMatchObject({ isWhole: false, fault: "cut", sequence: 3 });
    expect(verify([], { head })).toMatchObject({ isWhole: false, fault: "cut", sequence: 1 });
  });

  test("that was written anew from somewhere on is found by a remembered head alone", () => {
    const chain = chainOf([fields, fields, fields]);
    const rewritten = chainOf([fields, { ...fields, actorName: "mallory" }, fields]);
    const point = { sequence: 2, hash: chain[1]?.hash ?? "" };
    expect(verify(rewritten)).toMatchObject({ isWhole: true });
    expect(verify(rewritten, { points: [point] })).toMatchObject({ fault: "rewritten", sequence: 2 });
  });

  test("whose last record is another than the store's head is bad there", () => {
    const chain = chainOf([fields, fields]);
    const head = { sequence: 2, hash: "f".repeat(64) };
    expect(verify(chain, { head })).toMatchObject({ isWhole: false, fault: "rewritten", sequence: 2 });
  });

  test("with records that went past the program is bad at the first of them", () => {
    const chain = chainOf([fields, fields]);
    const head = { sequence: 1, hash: chain[0]?.hash ?? "" };
    expect(verify(chain, { head })).toMatchObject({ isWhole: false, fault: "out-of-order", sequence: 2 });
  });

  test("that was pruned is whole where it says so itself, and bad where it does not", () => {
    const chain = chainOf([fields, fields, fields]);
    const [, second] = chain;
    const pruned = (throughSequence: number) => ({
      ...{ ...fields, action: PRUNED_ACTION },
      detail: JSON.stringify({ throughSequence, throughHash: second?.hash }),
    });
    const [, , third, fourth] = chainOf([fields, fields, fields, pruned(2)]);
    if (!third || !fourth) throw new Error("a chain of four has four");
    expect(verify([third, fourth])).toMatchObject({ isWhole: true, first: 3, count: 2 });
    expect(verify([third])).toMatchObject({ fault: "missing", sequence: 1 });
    expect(verify([fourth])).toMatchObject({ fault: "missing", sequence: 3 });
    const [, , , lying] = chainOf([fields, fields, fields, { ...pruned(2), detail: "not JSON" }]);
    if (!lying) throw new Error("a chain of four has four");
    expect(verify([third, lying])).toMatchObject({ fault: "missing", sequence: 1 });
  });
});

test("refusals beyond the minute's number are counted, and told once the minute is over", () => {
  const budget = new RefusalBudget();
  const spent = Array.from({ length: REFUSALS_PER_MINUTE + 5 }, () => budget.spend(1_000));
  expect(spent.filter(({ isGranted }) => isGranted)).toHaveLength(REFUSALS_PER_MINUTE);
  budget.omit(2);
  expect(budget.spend(61_000)).toEqual({ isGranted: true, omitted: 7 });
  expect(budget.spend(61_001)).toEqual({ isGranted: true, omitted: 0 });
});
