/** Groups inside groups, followed to the end once, so that nothing that asks who may do what has to follow them again. */

/** `memberGroupId` is directly inside `groupId`; in a closure, however deep inside. */
export interface Nesting {
  readonly groupId: string;
  readonly memberGroupId: string;
}

/** LIMIT: groups one inside the other, from the outermost to the innermost. */
export const MAX_GROUP_DEPTH = 16;

export type Closure =
  | { readonly pairs: readonly Nesting[] }
  /** The group that would be inside itself, or too deep. */
  | { readonly refused: "cycle" | "too-deep"; readonly groupId: string };

export function closeGroups(nestings: readonly Nesting[]): Closure {
  const members = Map.groupBy(nestings, ({ groupId }) => groupId);
  const seen = new Map<string, Inside>();
  for (const groupId of members.keys()) {
    const refusal = visit(groupId, { members, seen, path: new Set() });
    if (refusal) return refusal;
  }
  const pairs = [...seen].flatMap(([groupId, { groups }]) =>
    [...groups].map((memberGroupId) => ({ groupId, memberGroupId })),
  );
  return { pairs };
}

interface Inside {
  readonly groups: ReadonlySet<string>;
  /** Groups on the longest way down, this one included. */
  readonly depth: number;
}

interface Walk {
  readonly members: ReadonlyMap<string, readonly Nesting[]>;
  readonly seen: Map<string, Inside>;
  /** From the group where the walk began to the one it is at. */
  readonly path: Set<string>;
}

type Refusal = Extract<Closure, { readonly refused: unknown }>;

function visit(groupId: string, walk: Walk): Refusal | undefined {
  if (walk.seen.has(groupId)) return undefined;
  if (walk.path.has(groupId)) return { refused: "cycle", groupId };
  walk.path.add(groupId);
  const groups = new Set<string>();
  let below = 0;
  for (const { memberGroupId } of walk.members.get(groupId) ?? []) {
    const refusal = visit(memberGroupId, walk);
    if (refusal) return refusal;
    const inside = walk.seen.get(memberGroupId);
    groups.add(memberGroupId);
    for (const deeper of inside?.groups ?? []) groups.add(deeper);
    below = Math.max(below, inside?.depth ?? 1);
  }
  walk.path.delete(groupId);
  walk.seen.set(groupId, { groups, depth: below + 1 });
  return below + 1 <= MAX_GROUP_DEPTH ? undefined : { refused: "too-deep", groupId };
}
