import fc from "fast-check";
import { expect, test } from "vitest";
import { closeGroups, MAX_GROUP_DEPTH, type Nesting } from "./group-closure.ts";

const groupId = fc.constantFrom(..."abcdefgh");
const nestings = fc.uniqueArray(fc.record({ groupId, memberGroupId: groupId }), {
  selector: ({ groupId: outer, memberGroupId }) => outer + memberGroupId,
  maxLength: 14,
});

/** Whether one comes from `outer` to `inner` by going in at least once; follows everything each time it is asked. */
function isInside(all: readonly Nesting[], outer: string, inner: string): boolean {
  const reached = new Set<string>();
  const waiting = [outer];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
    for (const { groupId: from, memberGroupId } of all)
      if (from === at && !reached.has(memberGroupId)) {
        reached.add(memberGroupId);
        waiting.push(memberGroupId);
      }
  return reached.has(inner);
}

test("the closure is what following every nesting finds, and exists only where no group is inside itself", () => {
  fc.assert(
    fc.property(nestings, (all) => {
      const closure = closeGroups(all);
      const circular = [..."abcdefgh"].filter((id) => isInside(all, id, id));
      if ("refused" in closure) {
        expect([closure.refused, circular]).toEqual(["cycle", expect.arrayContaining([closure.groupId])]);
        return;
      }
      expect(circular).toEqual([]);
      const found = new Set(closure.pairs.map((pair) => pair.groupId + pair.memberGroupId));
      expect(found.size).toBe(closure.pairs.length);
      for (const outer of "abcdefgh")
        for (const inner of "abcdefgh") expect(found.has(outer + inner)).toBe(isInside(all, outer, inner));
    }),
    { numRuns: 500 },
  );
});

function chainOf(groups: number): readonly Nesting[] {
  return Array.from({ length: groups - 1 }, (_, at) => ({ groupId: `g${at}`, memberGroupId: `g${at + 1}` }));
}

test("a chain of as many groups as are allowed is closed, one more is too deep", () => {
  expect(closeGroups(chainOf(MAX_GROUP_DEPTH))).toHaveProperty("pairs.length", (16 * 15) / 2);
  expect(closeGroups(chainOf(MAX_GROUP_DEPTH + 1))).toMatchObject({ refused: "too-deep" });
  expect(closeGroups([...chainOf(MAX_GROUP_DEPTH + 1)].reverse())).toMatchObject({ refused: "too-deep" });
});
